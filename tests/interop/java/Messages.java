// Messages by RabbitMQ's Java client: confirms, returns, transactions, direct replies, dead letters, recovery of a connection.
// Prints one line each: a name, and what came back. Run as: java -cp <amqp-client> Messages.java host:port

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.RpcClient;
import com.rabbitmq.client.RpcClientParams;
import com.rabbitmq.client.RpcServer;
import com.rabbitmq.client.ShutdownSignalException;
import com.rabbitmq.client.impl.LongStringHelper;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

public final class Messages {
    private static final int COUNT = 500;

    public static void main(String[] arguments) throws Exception {
        String[] address = arguments[0].split(":");
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(address[0]);
        factory.setPort(Integer.parseInt(address[1]));
        factory.setNetworkRecoveryInterval(10);
        try (Connection connection = factory.newConnection("interop")) {
            say("confirmed", confirmed(connection.createChannel()));
            say("returned", returned(connection.createChannel()));
            say("transaction", transaction(connection.createChannel()));
            say("properties", properties(connection.createChannel()));
            say("dead letter", deadLetter(connection.createChannel()));
            say("bound", bound(connection.createChannel()));
            say("answered", answered(connection));
            say("cancelled", cancelled(connection.createChannel()));
            say("error", error(connection.createChannel()));
        }
        say("fatal", fatal(factory));
        say("recovered", recovered(factory));
    }

    private static String confirmed(Channel channel) throws Exception {
        String queue = channel.queueDeclare().getQueue();
        channel.confirmSelect();
        BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
        channel.basicQos(50);
        channel.basicConsume(queue, false, (tag, delivery) -> {
            bodies.add(text(delivery.getBody()));
            channel.basicAck(delivery.getEnvelope().getDeliveryTag(), false);
        }, tag -> { });
        for (int number = 0; number < COUNT; number++) {
            channel.basicPublish("", queue, MessageProperties.PERSISTENT_BASIC, bytes("" + number));
        }
        channel.waitForConfirmsOrDie(10_000);
        int wrong = 0;
        for (int number = 0; number < COUNT; number++) {
            wrong += bodies.poll(10, TimeUnit.SECONDS).equals("" + number) ? 0 : 1;
        }
        return COUNT + ", " + wrong + " wrong";
    }

    private static String returned(Channel channel) throws Exception {
        BlockingQueue<String> returns = new LinkedBlockingQueue<>();
        channel.addReturnListener(message -> returns.add(message.getReplyCode() + " " + message.getReplyText()));
        channel.confirmSelect();
        channel.basicPublish("amq.direct", "nobody", true, null, bytes("x"));
        return returns.poll(10, TimeUnit.SECONDS) + " " + channel.waitForConfirms(10_000);
    }

    private static String transaction(Channel channel) throws Exception {
        String queue = channel.queueDeclare().getQueue();
        channel.txSelect();
        channel.basicPublish("", queue, null, bytes("x"));
        channel.txRollback();
        long before = channel.messageCount(queue);
        channel.basicPublish("", queue, null, bytes("x"));
        channel.txCommit();
        return before + " then " + channel.messageCount(queue);
    }

    private static String properties(Channel channel) throws Exception {
        String queue = channel.queueDeclare().getQueue();
        Map<String, Object> headers = new TreeMap<>();
        headers.put("bool", true);
        headers.put("bytes", new byte[] {1, 2});
        headers.put("date", new Date(1_700_000_000_000L));
        headers.put("deep", Map.of("list", List.of(1, 2L, "three")));
        headers.put("nothing", null);
        headers.put("real", 0.5);
        headers.put("text", LongStringHelper.asLongString("text"));
        AMQP.BasicProperties sent = new AMQP.BasicProperties.Builder().headers(headers).priority(3).type("t")
            .timestamp(new Date(1_700_000_000_000L)).correlationId("c").userId("guest").build();
        channel.basicPublish("", queue, sent, bytes("x"));
        AMQP.BasicProperties got = channel.basicGet(queue, true).getProps();
        return got.getHeaders().keySet() + " " + got.getHeaders().get("deep") + " " + got.getTimestamp().getTime() + " "
            + got.getPriority() + got.getType() + got.getCorrelationId() + got.getUserId();
    }

    @SuppressWarnings("unchecked")
    private static String deadLetter(Channel channel) throws Exception {
        String graves = channel.queueDeclare().getQueue();
        String queue = channel.queueDeclare("", false, true, false,
            Map.of("x-dead-letter-exchange", "", "x-dead-letter-routing-key", graves)).getQueue();
        channel.basicPublish("", queue, null, bytes("x"));
        GetResponse got = channel.basicGet(queue, false);
        channel.basicNack(got.getEnvelope().getDeliveryTag(), false, false);
        GetResponse dead = channel.basicGet(graves, true);
        while (dead == null) {
            dead = channel.basicGet(graves, true);
        }
        List<Map<String, Object>> deaths = (List<Map<String, Object>>) dead.getProps().getHeaders().get("x-death");
        return deaths.get(0).get("reason") + " " + deaths.get(0).get("count");
    }

    private static String bound(Channel channel) throws Exception {
        channel.exchangeDeclare("source", "topic", false, true, null);
        channel.exchangeDeclare("target", "headers", false, true, null);
        channel.exchangeBind("target", "source", "a.#");
        String queue = channel.queueDeclare().getQueue();
        channel.queueBind(queue, "target", "", Map.of("x-match", "any", "k", "v"));
        AMQP.BasicProperties marked = new AMQP.BasicProperties.Builder().headers(Map.of("k", "v")).build();
        channel.basicPublish("source", "a.b", marked, bytes("x"));
        channel.basicPublish("source", "b", marked, bytes("x"));
        channel.basicPublish("source", "a", null, bytes("x"));
        channel.basicQos(1);
        return "" + channel.queueDeclarePassive(queue).getMessageCount();
    }

    private static String answered(Connection connection) throws Exception {
        Channel serving = connection.createChannel();
        String queue = serving.queueDeclare().getQueue();
        RpcServer server = new RpcServer(serving, queue) {
            @Override
            public byte[] handleCall(byte[] body, AMQP.BasicProperties properties) {
                return bytes(text(body).toUpperCase());
            }
        };
        Thread thread = new Thread(() -> {
            try {
                server.mainloop();
            } catch (IOException | ShutdownSignalException over) {
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
        RpcClient client = new RpcClient(new RpcClientParams().channel(connection.createChannel()).exchange("").routingKey(queue));
        String answer = client.stringCall("loud");
        client.close();
        serving.close();
        return answer;
    }

    private static String cancelled(Channel channel) throws Exception {
        String queue = channel.queueDeclare().getQueue();
        BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        channel.basicConsume(queue, true, "doomed", (tag, delivery) -> { }, ends::add);
        channel.queueDelete(queue);
        return ends.poll(10, TimeUnit.SECONDS);
    }

    private static String error(Channel channel) throws Exception {
        try {
            channel.queueDeclarePassive("nowhere");
            return "no error";
        } catch (IOException error) {
            AMQP.Channel.Close close = (AMQP.Channel.Close) ((ShutdownSignalException) error.getCause()).getReason();
            return close.getReplyCode() + " " + close.getClassId() + " " + close.getMethodId();
        }
    }

    // An error of the connection: 540, for what nobody implements.
    private static String fatal(ConnectionFactory factory) throws Exception {
        Connection connection = factory.newConnection();
        BlockingQueue<Integer> codes = new LinkedBlockingQueue<>();
        connection.addShutdownListener(why -> codes.add(((AMQP.Connection.Close) why.getReason()).getReplyCode()));
        connection.createChannel().basicPublish("", "x", false, true, null, bytes("x"));
        Integer code = codes.poll(10, TimeUnit.SECONDS);
        connection.abort();
        return "" + code;
    }

    // An operator's loss: the socket goes, and the client comes back by itself, with its queue and its consumer.
    private static String recovered(ConnectionFactory factory) throws Exception {
        BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
        factory.setSocketConfigurator(sockets::add);
        try (Connection connection = factory.newConnection()) {
            CountDownLatch back = new CountDownLatch(1);
            ((Recoverable) connection).addRecoveryListener(new RecoveryListener() {
                @Override
                public void handleRecovery(Recoverable recoverable) {
                    back.countDown();
                }

                @Override
                public void handleRecoveryStarted(Recoverable recoverable) { }
            });
            Channel channel = connection.createChannel();
            channel.queueDeclare("mine", false, true, true, null);
            BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
            channel.basicConsume("mine", true, (tag, delivery) -> bodies.add(text(delivery.getBody())), tag -> { });
            sockets.take().close();
            boolean isBack = back.await(20, TimeUnit.SECONDS);
            channel.basicPublish("", "mine", null, bytes("again"));
            return isBack + " " + bodies.poll(10, TimeUnit.SECONDS);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void say(String name, String what) {
        System.out.println(name + ": " + what);
    }
}
