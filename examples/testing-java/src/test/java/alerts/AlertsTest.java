package alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AlertsTest {
    private static Hub hub;
    private Alerts service;
    private MqttClient sensor;

    @BeforeAll
    static void startHub() {
        hub = new Hub("--kafka-group-initial-rebalance-delay-ms", "0");
    }

    @AfterAll
    static void stopHub() {
        hub.close();
    }

    @BeforeEach
    void start() throws Exception {
        hub.reset();
        service = new Alerts(hub.kafka(), hub.mqtt());
        sensor = new MqttClient(hub.mqtt(), "sensor", new MemoryPersistence());
        sensor.connect();
    }

    @AfterEach
    void stop() throws Exception {
        sensor.disconnect();
        sensor.close();
        service.close();
    }

    private void measure(String place, String celsius) throws Exception {
        byte[] reading = "{\"celsius\": %s}".formatted(celsius).getBytes(StandardCharsets.UTF_8);
        sensor.publish("sensors/" + place, reading, 1, false);
    }

    /** The first so many alerts. */
    private List<String> alerts(int count) {
        List<String> found = new ArrayList<>();
        Map<String, Object> settings = Map.of(
            "bootstrap.servers", hub.kafka(), "group.id", "test", "auto.offset.reset", "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("alerts"));
            while (found.size() < count) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> found.add(record.value()));
            }
        }
        return found;
    }

    @Test
    void whatIsTooHotIsToldAndNothingElse() throws Exception {
        measure("attic", "29");
        measure("oven", "220");
        assertEquals(List.of("{\"sensor\": \"oven\", \"celsius\": 220}"), alerts(1));
    }

    @Test
    void eachTestHasAHubAsNew() throws Exception {
        measure("roof", "31");
        assertEquals(List.of("{\"sensor\": \"roof\", \"celsius\": 31}"), alerts(1));
    }
}
