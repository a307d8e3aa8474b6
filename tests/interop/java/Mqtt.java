// Eclipse Paho's two clients (3.1.1 and 5.0) and HiveMQ's (both): for each a listener, a talker who leaves a will (HiveMQ's for 3.1.1 knows
// no such end), and somebody who comes late. Prints one line each: a name, and what was heard. Run as: java -cp <clients> Mqtt.java host port

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;

public final class Mqtt {
    private static final long PATIENCE_SECONDS = 30;
    private static String host;
    private static int port;

    public static void main(String[] arguments) throws Exception {
        host = arguments[0];
        port = Integer.parseInt(arguments[1]);
        paho3();
        paho5();
        hive3();
        hive5();
        System.exit(0); // the clients leave threads behind
    }

    // Eclipse Paho, 3.1.1

    private static void paho3() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        var listener = pahoClient3("paho3-listener", null);
        listener.subscribe("paho3/#", 2, (topic, message) ->
                heard.add(line(topic, message.getQos(), message.isRetained(), message.getPayload())));
        var options = new org.eclipse.paho.client.mqttv3.MqttConnectOptions();
        options.setWill("paho3/will", bytes("gone"), 1, false);
        var talker = pahoClient3("paho3-talker", options);
        for (int qos = 0; qos < 3; qos++) {
            talker.publish("paho3/" + qos, bytes("say " + qos), qos, qos == 1);
        }
        talker.disconnectForcibly(0, 1, false);
        say("paho 3.1.1", taken(heard, 4));
        BlockingQueue<String> late = new LinkedBlockingQueue<>();
        pahoClient3("paho3-late", null).subscribe("paho3/+", 1, (topic, message) ->
                late.add(line(topic, message.getQos(), message.isRetained(), message.getPayload())));
        say("paho 3.1.1 late", taken(late, 1));
    }

    private static org.eclipse.paho.client.mqttv3.MqttClient pahoClient3(
            String id, org.eclipse.paho.client.mqttv3.MqttConnectOptions options) throws Exception {
        var memory = new org.eclipse.paho.client.mqttv3.persist.MemoryPersistence();
        var client = new org.eclipse.paho.client.mqttv3.MqttClient("tcp://" + host + ":" + port, id, memory);
        client.connect(options == null ? new org.eclipse.paho.client.mqttv3.MqttConnectOptions() : options);
        return client;
    }

    // Eclipse Paho, 5.0

    private static void paho5() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        pahoClient5("paho5-listener", heard, null).subscribe("paho5/#", 2);
        var options = new org.eclipse.paho.mqttv5.client.MqttConnectionOptions();
        options.setWill("paho5/will", new org.eclipse.paho.mqttv5.common.MqttMessage(bytes("gone"), 1, false, null));
        var talker = pahoClient5("paho5-talker", new LinkedBlockingQueue<>(), options);
        for (int qos = 0; qos < 3; qos++) {
            var properties = new MqttProperties();
            if (qos == 1) {
                properties.setContentType("text/plain");
                properties.setResponseTopic("answers");
                properties.setCorrelationData(bytes("c-1"));
                properties.setUserProperties(List.of(
                        new UserProperty("b", "1"), new UserProperty("a", "2"), new UserProperty("b", "3")));
            }
            talker.publish("paho5/" + qos,
                    new org.eclipse.paho.mqttv5.common.MqttMessage(bytes("say " + qos), qos, qos == 1, properties));
        }
        talker.disconnectForcibly(0, 1, false);
        say("paho 5.0", taken(heard, 4));
        BlockingQueue<String> late = new LinkedBlockingQueue<>();
        pahoClient5("paho5-late", late, null).subscribe("paho5/+", 1);
        say("paho 5.0 late", taken(late, 1));
    }

    private static org.eclipse.paho.mqttv5.client.MqttClient pahoClient5(
            String id, BlockingQueue<String> heard, org.eclipse.paho.mqttv5.client.MqttConnectionOptions options)
            throws Exception {
        var memory = new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence();
        var client = new org.eclipse.paho.mqttv5.client.MqttClient("tcp://" + host + ":" + port, id, memory);
        client.setCallback(new Listener(heard));
        client.connect(options == null ? new org.eclipse.paho.mqttv5.client.MqttConnectionOptions() : options);
        return client;
    }

    private record Listener(BlockingQueue<String> heard) implements org.eclipse.paho.mqttv5.client.MqttCallback {
        @Override
        public void messageArrived(String topic, org.eclipse.paho.mqttv5.common.MqttMessage message) {
            MqttProperties properties = message.getProperties();
            String text = line(topic, message.getQos(), message.isRetained(), message.getPayload());
            for (UserProperty each : properties.getUserProperties()) {
                text += " " + each.getKey() + "=" + each.getValue();
            }
            if (properties.getContentType() != null) {
                text += " " + properties.getContentType() + " " + properties.getResponseTopic() + " "
                        + text(properties.getCorrelationData());
            }
            heard.add(text);
        }

        @Override
        public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(org.eclipse.paho.mqttv5.common.MqttException exception) {}

        @Override
        public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

        @Override
        public void connectComplete(boolean reconnect, String server) {}

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {}
    }

    // HiveMQ, 3.1.1

    private static void hive3() throws Exception {
        Mqtt3BlockingClient listener = hiveClient3("hive3-listener");
        listener.connect();
        try (var heard = listener.publishes(MqttGlobalPublishFilter.ALL)) {
            listener.subscribeWith().topicFilter("hive3/#").qos(MqttQos.EXACTLY_ONCE).send();
            Mqtt3BlockingClient talker = hiveClient3("hive3-talker");
            talker.connect();
            for (int qos = 0; qos < 3; qos++) {
                talker.publishWith().topic("hive3/" + qos).qos(MqttQos.fromCode(qos)).retain(qos == 1)
                        .payload(bytes("say " + qos)).send();
            }
            talker.disconnect();
            List<String> lines = new ArrayList<>();
            for (int count = 0; count < 3; count++) {
                lines.add(line(heard.receive(PATIENCE_SECONDS, TimeUnit.SECONDS).orElseThrow()));
            }
            say("hivemq 3.1.1", lines);
        }
        Mqtt3BlockingClient late = hiveClient3("hive3-late");
        late.connect();
        try (var heard = late.publishes(MqttGlobalPublishFilter.ALL)) {
            late.subscribeWith().topicFilter("hive3/+").qos(MqttQos.AT_LEAST_ONCE).send();
            say("hivemq 3.1.1 late", List.of(line(heard.receive(PATIENCE_SECONDS, TimeUnit.SECONDS).orElseThrow())));
        }
    }

    private static Mqtt3BlockingClient hiveClient3(String id) {
        return MqttClient.builder().useMqttVersion3().identifier(id).serverHost(host).serverPort(port).buildBlocking();
    }

    private static String line(Mqtt3Publish message) {
        return line(message.getTopic().toString(), message.getQos().getCode(), message.isRetain(),
                message.getPayloadAsBytes());
    }

    // HiveMQ, 5.0

    private static void hive5() throws Exception {
        Mqtt5BlockingClient listener = hiveClient5("hive5-listener");
        listener.connect();
        try (var heard = listener.publishes(MqttGlobalPublishFilter.ALL)) {
            listener.subscribeWith().topicFilter("hive5/#").qos(MqttQos.EXACTLY_ONCE).send();
            Mqtt5BlockingClient talker = hiveClient5("hive5-talker");
            talker.connectWith().willPublish().topic("hive5/will").payload(bytes("gone")).qos(MqttQos.AT_LEAST_ONCE)
                    .applyWillPublish().send();
            for (int qos = 0; qos < 3; qos++) {
                var message = Mqtt5Publish.builder().topic("hive5/" + qos).qos(MqttQos.fromCode(qos)).retain(qos == 1)
                        .payload(bytes("say " + qos));
                if (qos == 1) {
                    message = message.contentType("text/plain").responseTopic("answers").correlationData(bytes("c-1"))
                            .userProperties(Mqtt5UserProperties.of(Mqtt5UserProperty.of("b", "1"),
                                    Mqtt5UserProperty.of("a", "2"), Mqtt5UserProperty.of("b", "3")));
                }
                talker.publish(message.build());
            }
            talker.disconnectWith().reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE).send();
            List<String> lines = new ArrayList<>();
            for (int count = 0; count < 4; count++) {
                lines.add(line(heard.receive(PATIENCE_SECONDS, TimeUnit.SECONDS).orElseThrow()));
            }
            say("hivemq 5.0", lines);
        }
        Mqtt5BlockingClient late = hiveClient5("hive5-late");
        late.connect();
        try (var heard = late.publishes(MqttGlobalPublishFilter.ALL)) {
            late.subscribeWith().topicFilter("hive5/+").qos(MqttQos.AT_LEAST_ONCE).send();
            say("hivemq 5.0 late", List.of(line(heard.receive(PATIENCE_SECONDS, TimeUnit.SECONDS).orElseThrow())));
        }
    }

    private static Mqtt5BlockingClient hiveClient5(String id) {
        return MqttClient.builder().useMqttVersion5().identifier(id).serverHost(host).serverPort(port).buildBlocking();
    }

    private static String line(Mqtt5Publish message) {
        StringBuilder found = new StringBuilder(line(message.getTopic().toString(), message.getQos().getCode(),
                message.isRetain(), message.getPayloadAsBytes()));
        for (Mqtt5UserProperty each : message.getUserProperties().asList()) {
            found.append(' ').append(each.getName()).append('=').append(each.getValue());
        }
        message.getContentType().ifPresent(each -> found.append(' ').append(each));
        message.getResponseTopic().ifPresent(each -> found.append(' ').append(each));
        message.getCorrelationData().ifPresent(each ->
                found.append(' ').append(StandardCharsets.UTF_8.decode(each)));
        return found.toString();
    }

    // what all share

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String line(String topic, int qos, boolean isKept, byte[] payload) {
        return topic + " " + qos + (isKept ? " kept " : " ") + text(payload);
    }

    private static List<String> taken(BlockingQueue<String> heard, int count) throws InterruptedException {
        List<String> found = new ArrayList<>();
        for (int each = 0; each < count; each++) {
            found.add(heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        return found;
    }

    private static void say(String name, List<String> lines) {
        System.out.println(name + ": " + String.join("; ", lines));
    }
}
