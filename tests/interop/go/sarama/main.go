// sarama: a synchronous producer, a consumer group and the cluster admin, with the version it takes by default.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/IBM/sarama"
)

const (
	topic = "records"
	count = 50
)

var address = []string{os.Args[1]}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	found := map[string]any{}
	administration(found)
	for _, codec := range []sarama.CompressionCodec{
		sarama.CompressionNone, sarama.CompressionGZIP, sarama.CompressionSnappy, sarama.CompressionLZ4, sarama.CompressionZSTD,
	} {
		produce(codec)
	}
	found["consumed"] = consume()
	text, err := json.Marshal(found)
	check(err)
	fmt.Println(string(text))
}

func produce(codec sarama.CompressionCodec) {
	config := sarama.NewConfig()
	config.Producer.Return.Successes = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Compression = codec
	config.Producer.Idempotent = true
	config.Net.MaxOpenRequests = 1
	producer, err := sarama.NewSyncProducer(address, config)
	check(err)
	defer producer.Close()
	var messages []*sarama.ProducerMessage
	for number := range count {
		messages = append(messages, &sarama.ProducerMessage{
			Topic: topic, Key: sarama.StringEncoder(fmt.Sprint(number)), Value: sarama.StringEncoder(codec.String()),
			Headers: []sarama.RecordHeader{{Key: []byte("n"), Value: []byte(fmt.Sprint(number))}},
		})
	}
	check(producer.SendMessages(messages))
}

type reader struct {
	seen chan *sarama.ConsumerMessage
}

func (reader) Setup(sarama.ConsumerGroupSession) error   { return nil }
func (reader) Cleanup(sarama.ConsumerGroupSession) error { return nil }
func (each reader) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for message := range claim.Messages() {
		session.MarkMessage(message, "")
		each.seen <- message
	}
	return nil
}

func consume() map[string]int {
	config := sarama.NewConfig()
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	group, err := sarama.NewConsumerGroup(address, "readers", config)
	check(err)
	ctx, cancel := context.WithCancel(context.Background())
	work := reader{make(chan *sarama.ConsumerMessage, 1000)}
	done := make(chan error)
	go func() { done <- group.Consume(ctx, []string{topic}, work) }()
	seen := map[string]int{}
	for range 5 * count {
		select {
		case message := <-work.seen:
			if string(message.Headers[0].Value) == string(message.Key) {
				seen[string(message.Value)]++
			}
		case err := <-done:
			check(fmt.Errorf("the group ended: %w", err))
		case <-time.After(60 * time.Second):
			check(fmt.Errorf("nothing comes any more"))
		}
	}
	cancel()
	<-done
	check(group.Close())
	return seen
}

func administration(found map[string]any) {
	config := sarama.NewConfig()
	admin, err := sarama.NewClusterAdmin(address, config)
	check(err)
	defer admin.Close()
	check(admin.CreateTopic("ledger", &sarama.TopicDetail{NumPartitions: 2, ReplicationFactor: 1}, false))
	check(admin.CreatePartitions("ledger", 4, nil, false))
	topics, err := admin.ListTopics()
	check(err)
	found["partitions"] = topics["ledger"].NumPartitions
	value := "777"
	check(admin.IncrementalAlterConfig(sarama.TopicResource, "ledger", map[string]sarama.IncrementalAlterConfigsEntry{
		"retention.ms": {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &value},
	}, false))
	entries, err := admin.DescribeConfig(sarama.ConfigResource{Type: sarama.TopicResource, Name: "ledger", ConfigNames: []string{"retention.ms"}})
	check(err)
	found["retention"] = entries[0].Value
	_, controller, err := admin.DescribeCluster()
	check(err)
	found["controller"] = controller
	check(admin.DeleteTopic("ledger"))
}
