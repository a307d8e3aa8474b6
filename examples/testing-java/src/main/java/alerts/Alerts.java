package alerts;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** The service under test: temperatures come by MQTT, and those that are too high go to Kafka. */
public final class Alerts implements AutoCloseable {
    public static final double LIMIT = 30;
    private static final Pattern CELSIUS = Pattern.compile("\"celsius\"\\s*:\\s*(-?\\d+(?:\\.\\d+)?)");

    private final KafkaProducer<String, String> producer;
    private final MqttClient client;

    public Alerts(String bootstrap, String mqttUrl) throws MqttException {
        producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new StringSerializer());
        client = new MqttClient(mqttUrl, "alerts", new MemoryPersistence());
        client.connect();
        client.subscribe("sensors/+", 1, this::measured);
    }

    private void measured(String topic, MqttMessage message) {
        Matcher found = CELSIUS.matcher(new String(message.getPayload(), StandardCharsets.UTF_8));
        if (found.find() && Double.parseDouble(found.group(1)) > LIMIT) {
            String sensor = topic.substring(topic.indexOf('/') + 1);
            String alert = "{\"sensor\": \"%s\", \"celsius\": %s}".formatted(sensor, found.group(1));
            producer.send(new ProducerRecord<>("alerts", sensor, alert));
        }
    }

    @Override
    public void close() throws MqttException {
        client.disconnect();
        client.close();
        producer.close();
    }
}
