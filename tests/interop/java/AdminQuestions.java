// Every question that Kafka's own admin client knows and a hub answers. Prints one line each: a name, and what came back or the error's class.
// Run as: java -cp <kafka-clients> AdminQuestions.java host:port

import java.util.*;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaFilter;

public class AdminQuestions {
    static void ask(String name, Callable<Object> question) throws Exception {
        Object answer;
        try {
            answer = question.call();
        } catch (ExecutionException error) {
            answer = error.getCause().getClass().getSimpleName();
        }
        System.out.println(name + ": " + answer);
    }

    public static void main(String[] arguments) throws Exception {
        Map<String, Object> properties = Map.of("bootstrap.servers", arguments[0], "request.timeout.ms", "20000");
        try (Admin admin = Admin.create(properties)) {
            topics(admin);
            settings(admin);
            records(admin);
            cluster(admin);
            deletion(admin);
        }
    }

    static void topics(Admin admin) throws Exception {
        ask("create", () -> {
            var orders = new NewTopic("orders", 3, (short) 1).configs(Map.of("retention.ms", "60000"));
            var made = admin.createTopics(List.of(orders));
            return made.numPartitions("orders").get() + " " + made.replicationFactor("orders").get() + " "
                + made.config("orders").get().get("retention.ms").value();
        });
        ask("create with defaults", () ->
            admin.createTopics(List.of(new NewTopic("defaults", Optional.empty(), Optional.empty()))).numPartitions("defaults").get());
        ask("create twice", () -> admin.createTopics(List.of(new NewTopic("orders", 3, (short) 1))).all().get());
        ask("create by hand", () -> admin.createTopics(List.of(new NewTopic("by-hand", Map.of(0, List.of(1), 1, List.of(1))))).all().get());
        ask("validate", () -> admin.createTopics(List.of(new NewTopic("never", 4, (short) 1)),
            new CreateTopicsOptions().validateOnly(true)).numPartitions("never").get());
        ask("list", () -> new TreeSet<>(admin.listTopics().names().get()));
        ask("describe", () -> {
            var topic = admin.describeTopics(List.of("orders")).allTopicNames().get().get("orders");
            var partition = topic.partitions().get(0);
            return topic.partitions().size() + " " + partition.leader().id() + " " + partition.isr().size() + " " + partition.elr();
        });
        ask("describe in pages", () -> admin.describeTopics(List.of("orders", "defaults", "by-hand"),
            new DescribeTopicsOptions().partitionSizeLimitPerResponse(2)).allTopicNames().get().values().stream()
            .mapToInt(topic -> topic.partitions().size()).sum());
        ask("describe a missing one", () -> admin.describeTopics(List.of("gone")).allTopicNames().get());
        ask("grow", () -> admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(5))).all().get());
        ask("shrink", () -> admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(2))).all().get());
    }

    static void settings(Admin admin) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, "orders");
        var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        ask("topic settings", () -> {
            var options = new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
            var entry = admin.describeConfigs(List.of(topic), options).all().get().get(topic).get("retention.ms");
            return entry.value() + " " + entry.source() + " " + entry.type() + " " + entry.synonyms().size() + " " + !entry.documentation().isEmpty();
        });
        ask("broker settings", () -> admin.describeConfigs(List.of(broker)).all().get().get(broker).get("num.partitions").value());
        ask("change", () -> admin.incrementalAlterConfigs(Map.of(topic,
            List.of(new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND)))).all().get());
        ask("changed", () -> admin.describeConfigs(List.of(topic)).all().get().get(topic).get("cleanup.policy").value());
        ask("change the broker", () -> admin.incrementalAlterConfigs(Map.of(broker,
            List.of(new AlterConfigOp(new ConfigEntry("num.io.threads", "3"), AlterConfigOp.OpType.SET)))).all().get());
        ask("what has settings", () -> admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC), new ListConfigResourcesOptions())
            .all().get().size());
        ask("client metrics", () -> admin.listConfigResources(Set.of(ConfigResource.Type.CLIENT_METRICS), new ListConfigResourcesOptions())
            .all().get());
    }

    static void records(Admin admin) throws Exception {
        var place = new TopicPartition("orders", 0);
        ask("delete records", () -> admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(0))).lowWatermarks().get(place).get().lowWatermark());
        ask("delete records to come", () -> admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(5))).all().get());
        ask("offsets", () -> admin.listOffsets(Map.of(place, OffsetSpec.latest())).partitionResult(place).get().offset());
        ask("producers", () -> admin.describeProducers(List.of(place)).partitionResult(place).get().activeProducers());
        ask("sizes", () -> admin.describeReplicaLogDirs(List.of(new TopicPartitionReplica("orders", 0, 1))).all().get().values().iterator().next()
            .getCurrentReplicaLogDir());
        ask("move", () -> admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica("orders", 0, 1), "/elsewhere")).all().get());
    }

    static void cluster(Admin admin) throws Exception {
        var place = new TopicPartition("orders", 0);
        ask("cluster", () -> admin.describeCluster().nodes().get().size() + " " + admin.describeCluster().controller().get().id());
        ask("elect", () -> admin.electLeaders(ElectionType.PREFERRED, Set.of(place)).partitions().get().get(place).get().getClass().getSimpleName());
        ask("elect everywhere", () -> admin.electLeaders(ElectionType.PREFERRED, null).partitions().get());
        ask("reassignments", () -> admin.listPartitionReassignments().reassignments().get());
        ask("reassign here", () -> admin.alterPartitionReassignments(Map.of(place,
            Optional.of(new NewPartitionReassignment(List.of(1))))).all().get());
        ask("reassign elsewhere", () -> admin.alterPartitionReassignments(Map.of(place,
            Optional.of(new NewPartitionReassignment(List.of(2))))).all().get());
        ask("reassign no more", () -> admin.alterPartitionReassignments(Map.of(place, Optional.empty())).all().get());
        ask("quotas", () -> admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get());
        ask("quorum", () -> admin.describeMetadataQuorum().quorumInfo().get().leaderId());
        ask("transactions", () -> admin.listTransactions().all().get());
        ask("permissions", () -> admin.describeAcls(AclBindingFilter.ANY).values().get());
        ask("features", () -> admin.describeFeatures().featureMetadata().get().finalizedFeatures());
    }

    static void deletion(Admin admin) throws Exception {
        ask("delete by id", () -> {
            var id = admin.describeTopics(List.of("by-hand")).allTopicNames().get().get("by-hand").topicId();
            return admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get();
        });
        ask("delete an unknown id", () -> admin.deleteTopics(TopicCollection.ofTopicIds(List.of(Uuid.randomUuid()))).all().get());
        ask("delete", () -> admin.deleteTopics(List.of("orders")).all().get());
        ask("delete again", () -> admin.deleteTopics(List.of("orders")).all().get());
        ask("left", () -> admin.listTopics().names().get());
    }
}
