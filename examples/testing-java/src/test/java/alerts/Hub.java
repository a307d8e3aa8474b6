package alerts;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hub for tests: {@code hubbub serve --json} on free ports. It prints one line of JSON when it listens. */
public final class Hub implements AutoCloseable {
    private static final List<String> PROTOCOLS = List.of("kafka", "mqtt", "mqtt-websocket", "amqp", "admin");

    private final Process process;
    private final String ready;
    private final HttpClient http = HttpClient.newHttpClient();

    public Hub(String... flags) {
        List<String> command = new ArrayList<>(List.of("hubbub", "serve", "--json"));
        PROTOCOLS.forEach(protocol -> command.addAll(List.of("--" + protocol + "-port", "0")));
        command.addAll(List.of(flags));
        try {
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            BufferedReader lines = process.inputReader();
            ready = lines.readLine();
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
        if (ready == null) {
            throw new IllegalStateException("the hub did not start");
        }
    }

    public String kafka() {
        return "127.0.0.1:" + port("kafka");
    }

    public String mqtt() {
        return "tcp://127.0.0.1:" + port("mqtt");
    }

    /** As new, on the same ports. Clients are disconnected: reset before they connect. */
    public void reset() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("admin") + "/api/v1/reset"))
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.body());
        }
    }

    private String port(String protocol) {
        Matcher found = Pattern.compile("\"" + protocol + "\":(\\d+)").matcher(ready);
        if (!found.find()) {
            throw new IllegalStateException("the hub does not speak " + protocol);
        }
        return found.group(1);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
