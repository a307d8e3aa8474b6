import java.util.LinkedHashMap;
import java.util.Map;

/** What a program found out, as one JSON object of strings on stdout. */
final class Say {
    private final Map<String, String> found = new LinkedHashMap<>();

    void found(String name, Object value) {
        found.put(name, String.valueOf(value));
    }

    void out() {
        StringBuilder text = new StringBuilder("{");
        found.forEach((name, value) -> {
            if (text.length() > 1) text.append(", ");
            text.append(quoted(name)).append(": ").append(quoted(value));
        });
        System.out.println(text.append("}"));
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
