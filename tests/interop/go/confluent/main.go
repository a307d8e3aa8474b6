// confluent-kafka-go: librdkafka under Go.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/confluentinc/confluent-kafka-go/v2/kafka"
)

const (
	topic = "records"
	count = 100
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	name := topic
	producer, err := kafka.NewProducer(&kafka.ConfigMap{"bootstrap.servers": os.Args[1], "compression.type": "zstd"})
	check(err)
	delivered := make(chan kafka.Event, count)
	for number := range count {
		check(producer.Produce(&kafka.Message{
			TopicPartition: kafka.TopicPartition{Topic: &name, Partition: int32(number % 3)},
			Value:          []byte(fmt.Sprint(number)),
		}, delivered))
	}
	for range count {
		check((<-delivered).(*kafka.Message).TopicPartition.Error)
	}
	producer.Close()
	consumer, err := kafka.NewConsumer(&kafka.ConfigMap{
		"bootstrap.servers": os.Args[1], "group.id": "readers", "auto.offset.reset": "earliest",
	})
	check(err)
	check(consumer.Subscribe(topic, nil))
	sum := 0
	for range count {
		message, err := consumer.ReadMessage(60 * time.Second)
		check(err)
		var number int
		fmt.Sscan(string(message.Value), &number)
		sum += number
	}
	check(consumer.Close())
	text, err := json.Marshal(map[string]int{"sum": sum})
	check(err)
	fmt.Println(string(text))
}
