// franz-go: records with its defaults (idempotent, newest versions), a group of two, and its admin package.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const (
	topic = "records"
	count = 100
	noon  = 1_700_000_000_000
)

var address = os.Args[1]

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func client(options ...kgo.Opt) *kgo.Client {
	made, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(address)}, options...)...)
	check(err)
	return made
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	defer cancel()
	found := map[string]any{}
	administration(ctx, found)
	for name, codec := range map[string]kgo.CompressionCodec{
		"none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
		"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
	} {
		produce(ctx, name, codec)
	}
	found["consumed"] = consume(ctx)
	found["shared"] = share(ctx)
	text, err := json.Marshal(found)
	check(err)
	fmt.Println(string(text))
}

func value(codec string, number int) []byte {
	return bytes.Repeat([]byte(fmt.Sprintf("%s %d ", codec, number)), number)
}

func produce(ctx context.Context, name string, codec kgo.CompressionCodec) {
	producer := client(kgo.ProducerBatchCompression(codec), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	defer producer.Close()
	var records []*kgo.Record
	for number := range count {
		records = append(records, &kgo.Record{
			Topic: topic, Partition: int32(number % 2), Key: []byte(fmt.Sprint(number)), Value: value(name, number),
			Timestamp: time.UnixMilli(noon + int64(number)),
			Headers:   []kgo.RecordHeader{{Key: "codec", Value: []byte(name)}},
		})
	}
	check(producer.ProduceSync(ctx, records...).FirstErr())
}

func consume(ctx context.Context) string {
	consumer := client(kgo.ConsumerGroup("readers"), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit(),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	defer consumer.Close()
	seen, wrong := 0, 0
	for seen < 5*count {
		fetches := consumer.PollFetches(ctx)
		check(fetches.Err())
		fetches.EachRecord(func(record *kgo.Record) {
			seen++
			var number int
			fmt.Sscan(string(record.Key), &number)
			if !bytes.Equal(record.Value, value(string(record.Headers[0].Value), number)) ||
				record.Timestamp.UnixMilli() != noon+int64(number) {
				wrong++
			}
		})
	}
	check(consumer.CommitUncommittedOffsets(ctx))
	return fmt.Sprintf("%d, %d wrong", seen, wrong)
}

// Two members, cooperative as is this client's default; the one that stays takes both partitions.
func share(ctx context.Context) string {
	join := func(owned *atomic.Int32) *kgo.Client {
		moved := func(sign int32) func(context.Context, *kgo.Client, map[string][]int32) {
			return func(_ context.Context, _ *kgo.Client, partitions map[string][]int32) {
				owned.Add(sign * int32(len(partitions[topic])))
			}
		}
		return client(kgo.ConsumerGroup("sharing"), kgo.ConsumeTopics(topic), kgo.HeartbeatInterval(100*time.Millisecond),
			kgo.OnPartitionsAssigned(moved(1)), kgo.OnPartitionsRevoked(moved(-1)), kgo.OnPartitionsLost(moved(-1)))
	}
	until := func(isSo func() bool, members ...*kgo.Client) {
		for !isSo() {
			check(ctx.Err())
			for _, member := range members {
				turn, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
				member.PollFetches(turn)
				cancel()
			}
		}
	}
	var one, two atomic.Int32
	first := join(&one)
	until(func() bool { return one.Load() == 2 }, first)
	second := join(&two)
	until(func() bool { return one.Load() == 1 && two.Load() == 1 }, first, second)
	second.Close()
	until(func() bool { return one.Load() == 2 }, first)
	first.Close()
	return "fairly"
}

func administration(ctx context.Context, found map[string]any) {
	connection := client()
	defer connection.Close()
	admin := kadm.NewClient(connection)
	retention := "12345"
	_, err := admin.CreateTopic(ctx, 2, 1, map[string]*string{"retention.ms": &retention}, "ledger")
	check(err)
	_, err = admin.CreateTopic(ctx, 2, 1, nil, "ledger")
	found["made again"] = errors.Is(err, kerr.TopicAlreadyExists)
	_, err = admin.UpdatePartitions(ctx, 3, "ledger")
	check(err)
	topics, err := admin.ListTopics(ctx)
	check(err)
	found["partitions"] = len(topics["ledger"].Partitions)
	configs, err := admin.DescribeTopicConfigs(ctx, "ledger")
	check(err)
	config, err := configs.On("ledger", nil)
	check(err)
	for _, each := range config.Configs {
		if each.Key == "retention.ms" {
			found["retention"] = each.MaybeValue()
		}
	}
	check(connection.ProduceSync(ctx, &kgo.Record{Topic: "ledger", Value: []byte("x")}).FirstErr())
	ends, err := admin.ListEndOffsets(ctx, "ledger")
	check(err)
	total := int64(0)
	ends.Each(func(each kadm.ListedOffset) { total += each.Offset })
	found["records"] = total
	commit := kadm.Offsets{}
	commit.AddOffset("ledger", 0, 0, -1)
	check(admin.CommitAllOffsets(ctx, "auditors", commit))
	groups, err := admin.DescribeGroups(ctx, "auditors")
	check(err)
	found["group"] = groups["auditors"].State
	lag, err := admin.Lag(ctx, "auditors")
	check(err)
	check(lag.Error())
	_, err = admin.DeleteGroup(ctx, "auditors")
	check(err)
	metadata, err := admin.BrokerMetadata(ctx)
	check(err)
	found["controller"] = metadata.Controller
	_, err = admin.DeleteTopic(ctx, "ledger")
	check(err)
	versions, err := admin.ApiVersions(ctx)
	check(err)
	for _, each := range versions {
		check(each.Err)
	}
}
