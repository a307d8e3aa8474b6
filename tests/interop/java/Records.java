// Records by a producer and by consumers with their defaults: each compression, keys, headers, tombstones, times; groups.
// Prints one line each: a name, and what came back. Run as: java -cp <kafka-clients> Records.java host:port

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public final class Records {
    private static final String TOPIC = "records";
    private static final long NOON = 1_700_000_000_000L;
    private static final int COUNT = 200;

    public static void main(String[] arguments) throws Exception {
        String address = arguments[0];
        for (String compression : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            say("produced " + compression, produce(address, compression));
        }
        say("consumed", consume(address));
        say("resumed", count(address, "resuming", 300) + " then " + count(address, "resuming", 700));
        say("by time", byTime(address));
        say("shared", share(address));
        groups(address);
    }

    private static void say(String name, Object answer) {
        System.out.println(name + ": " + answer);
    }

    private static String produce(String address, String compression) throws Exception {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", address, "compression.type", compression, "linger.ms", 1);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int number = 0; number < COUNT; number++) {
                byte[] value = number == 0 ? null : value(compression, number);
                var record = new ProducerRecord<>(TOPIC, number % 2, NOON + number, octets("key " + number), value);
                record.headers().add("codec", octets(compression)).add("empty", new byte[0]);
                sent.add(producer.send(record));
            }
            producer.flush();
        }
        long last = 0;
        for (Future<RecordMetadata> each : sent) last = Math.max(last, each.get().offset());
        return "up to " + last;
    }

    private static byte[] value(String compression, int number) {
        return octets((compression + " " + number + " ").repeat(number));
    }

    /** Every record of every compression, compared octet for octet. */
    private static String consume(String address) {
        List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();
        try (var consumer = consumer(address, "checking")) {
            consumer.subscribe(List.of(TOPIC));
            while (seen.size() < 5 * COUNT) consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
            consumer.commitSync();
        }
        int wrong = 0;
        for (var record : seen) {
            String compression = new String(record.headers().lastHeader("codec").value(), StandardCharsets.UTF_8);
            int number = Integer.parseInt(new String(record.key(), StandardCharsets.UTF_8).substring(4));
            byte[] value = number == 0 ? null : value(compression, number);
            boolean isRight = java.util.Arrays.equals(value, record.value())
                    && record.timestamp() == NOON + number
                    && record.headers().lastHeader("empty").value().length == 0
                    && record.partition() == number % 2;
            if (!isRight) wrong++;
        }
        return seen.size() + ", " + wrong + " wrong";
    }

    /** Reads at most so many as a member of a group, commits, leaves. */
    private static int count(String address, String group, int most) {
        int count = 0;
        try (var consumer = consumer(address, group)) {
            consumer.subscribe(List.of(TOPIC));
            while (count < most) {
                var records = consumer.poll(Duration.ofMillis(100));
                for (TopicPartition partition : records.partitions()) {
                    for (var record : records.records(partition)) {
                        if (count == most) {
                            consumer.seek(partition, record.offset());
                            break;
                        }
                        count++;
                    }
                }
            }
            consumer.commitSync();
        }
        return count;
    }

    private static String byTime(String address) {
        TopicPartition partition = new TopicPartition(TOPIC, 1);
        try (var consumer = consumer(address, "timing")) {
            OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(partition, NOON + 50)).get(partition);
            OffsetAndTimestamp none = consumer.offsetsForTimes(Map.of(partition, NOON + 5000)).get(partition);
            return found.offset() + " at " + (found.timestamp() - NOON) + ", " + none;
        }
    }

    /** Two members have one partition each; the one that stays takes both. */
    private static String share(String address) {
        var first = consumer(address, "sharing");
        first.subscribe(List.of(TOPIC));
        until(() -> first.assignment().size() == 2, first);
        var second = consumer(address, "sharing");
        second.subscribe(List.of(TOPIC));
        until(() -> first.assignment().size() == 1 && second.assignment().size() == 1, first, second);
        boolean isDisjoint = Collections.disjoint(first.assignment(), second.assignment());
        second.close();
        until(() -> first.assignment().size() == 2, first);
        first.close();
        return isDisjoint ? "fairly" : "wrongly";
    }

    @SafeVarargs
    private static void until(java.util.function.BooleanSupplier isSo, KafkaConsumer<byte[], byte[]>... members) {
        long deadline = System.nanoTime() + 60_000_000_000L;
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new IllegalStateException("the group does not settle");
            for (var member : members) member.poll(Duration.ofMillis(20));
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String address, String group) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", address,
                "group.id", group,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "heartbeat.interval.ms", 100);
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void groups(String address) throws Exception {
        TopicPartition first = new TopicPartition(TOPIC, 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            say("groups", new TreeSet<>(admin.listGroups().all().get().stream().map(each -> each.groupId()).toList()));
            say("state", admin.describeConsumerGroups(List.of("resuming")).all().get().get("resuming").groupState());
            say("committed", committed(admin, first));
            admin.alterConsumerGroupOffsets("resuming", Map.of(first, new OffsetAndMetadata(7))).all().get();
            say("altered", committed(admin, first));
            admin.deleteConsumerGroupOffsets("resuming", Set.of(first)).all().get();
            say("forgotten", committed(admin, first));
            admin.deleteConsumerGroups(List.of("resuming")).all().get();
            say("left", new TreeSet<>(admin.listGroups().all().get().stream().map(each -> each.groupId()).toList()));
        }
    }

    private static Object committed(Admin admin, TopicPartition partition) throws Exception {
        var found = admin.listConsumerGroupOffsets("resuming").partitionsToOffsetAndMetadata().get().get(partition);
        return found == null ? "nothing" : found.offset();
    }
}
