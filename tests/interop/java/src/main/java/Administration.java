import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.serialization.StringSerializer;

/** What the Java admin client can ask, once. */
public final class Administration {
    private static final String TOPIC = "ledger";
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final ConfigResource RESOURCE = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);

    public static void main(String[] arguments) throws Exception {
        String address = arguments[0];
        Say say = new Say();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            topics(admin, say);
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", address), new StringSerializer(), new StringSerializer())) {
                for (int number = 0; number < 10; number++) producer.send(new ProducerRecord<>(TOPIC, 0, null, "x"));
            }
            offsets(admin, say);
            groups(admin, say);
            cluster(admin, say);
            admin.deleteTopics(List.of(TOPIC)).all().get();
            say.found("left", admin.listTopics().names().get());
        }
        say.out();
    }

    private static void topics(Admin admin, Say say) throws Exception {
        var topic = new NewTopic(TOPIC, Optional.of(2), Optional.empty()).configs(Map.of("retention.ms", "12345"));
        var made = admin.createTopics(List.of(topic));
        say.found("made", made.numPartitions(TOPIC).get() + " partitions, retention " + made.config(TOPIC).get().get("retention.ms").value());
        say.found("made again", error(() -> admin.createTopics(List.of(topic)).all().get()));
        say.found("listed", admin.listTopics().names().get());
        admin.createPartitions(Map.of(TOPIC, NewPartitions.increaseTo(3))).all().get();
        var described = admin.describeTopics(List.of(TOPIC)).allTopicNames().get().get(TOPIC);
        say.found("has", described.partitions().size() + " partitions, led by " + described.partitions().get(2).leader().id());
        var same = described.topicId().equals(made.topicId(TOPIC).get());
        say.found("the id is the same", same);
        admin.incrementalAlterConfigs(Map.of(RESOURCE, List.of(
                new AlterConfigOp(new ConfigEntry("max.message.bytes", "5000"), AlterConfigOp.OpType.SET),
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND),
                new AlterConfigOp(new ConfigEntry("retention.ms", null), AlterConfigOp.OpType.DELETE)))).all().get();
        var configs = admin.describeConfigs(List.of(RESOURCE)).all().get().get(RESOURCE);
        say.found("altered", configs.get("max.message.bytes").value() + " " + configs.get("cleanup.policy").value()
                + " " + configs.get("retention.ms").source());
        admin.incrementalAlterConfigs(Map.of(RESOURCE, List.of(
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SUBTRACT)))).all().get();
        say.found("subtracted", admin.describeConfigs(List.of(RESOURCE)).all().get().get(RESOURCE).get("cleanup.policy").value());
    }

    private static void offsets(Admin admin, Say say) throws Exception {
        say.found("latest", admin.listOffsets(Map.of(FIRST, OffsetSpec.latest())).all().get().get(FIRST).offset());
        say.found("greatest time", admin.listOffsets(Map.of(FIRST, OffsetSpec.maxTimestamp())).all().get().get(FIRST).offset() >= 0);
        admin.deleteRecords(Map.of(FIRST, RecordsToDelete.beforeOffset(4))).all().get();
        say.found("earliest", admin.listOffsets(Map.of(FIRST, OffsetSpec.earliest())).all().get().get(FIRST).offset());
        say.found("producers", admin.describeProducers(List.of(FIRST)).all().get().get(FIRST).activeProducers().size());
        say.found("sizes", admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).values().stream()
                .anyMatch(each -> each.replicaInfos().containsKey(FIRST) && each.replicaInfos().get(FIRST).size() > 0));
    }

    private static void groups(Admin admin, Say say) throws Exception {
        admin.alterConsumerGroupOffsets("auditors", Map.of(FIRST, new OffsetAndMetadata(7))).all().get();
        say.found("groups", admin.listGroups().all().get().stream().map(each -> each.groupId()).toList());
        say.found("group", admin.describeConsumerGroups(List.of("auditors")).all().get().get("auditors").groupState());
        say.found("committed", admin.listConsumerGroupOffsets("auditors").partitionsToOffsetAndMetadata().get().get(FIRST).offset());
        admin.deleteConsumerGroupOffsets("auditors", Set.of(FIRST)).all().get();
        say.found("no longer", admin.listConsumerGroupOffsets("auditors").partitionsToOffsetAndMetadata().get().get(FIRST));
        say.found("deleted", error(() -> admin.deleteConsumerGroups(List.of("auditors")).all().get()));
        say.found("nobody", error(() -> admin.deleteConsumerGroups(List.of("nobody")).all().get()));
    }

    private static void cluster(Admin admin, Say say) throws Exception {
        var cluster = admin.describeCluster();
        say.found("nodes", cluster.nodes().get().size() + ", controller " + cluster.controller().get().id());
        say.found("quorum", admin.describeMetadataQuorum().quorumInfo().get().leaderId());
        var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        say.found("broker", admin.describeConfigs(List.of(broker)).all().get().get(broker).get("num.partitions").value());
        say.found("elected", errors(admin.electLeaders(ElectionType.PREFERRED, Set.of(FIRST)).partitions().get()));
        say.found("reassigning", admin.listPartitionReassignments().reassignments().get().size());
        say.found("transactions", admin.listTransactions().all().get().size());
        say.found("quotas", admin.describeClientQuotas(ClientQuotaFilter.all()).entities().get().size());
        say.found("resources", admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC), new org.apache.kafka.clients.admin.ListConfigResourcesOptions())
                .all().get().stream().map(ConfigResource::name).toList());
        say.found("access", error(() -> admin.describeAcls(AclBindingFilter.ANY).values().get()));
        say.found("features", admin.describeFeatures().featureMetadata().get().finalizedFeatures().size());
    }

    private static Object errors(Map<TopicPartition, Optional<Throwable>> outcomes) {
        var found = new TreeMap<String, String>();
        outcomes.forEach((partition, error) ->
                found.put(partition.toString(), error.map(each -> each.getClass().getSimpleName()).orElse("none")));
        return found;
    }

    private interface Work {
        Object run() throws Exception;
    }

    private static String error(Work work) throws Exception {
        try {
            work.run();
            return "none";
        } catch (ExecutionException error) {
            return error.getCause().getClass().getSimpleName();
        }
    }
}
