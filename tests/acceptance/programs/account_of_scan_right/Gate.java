import java.io.BufferedReader;
import java.io.InputStreamReader;

/** Fed by the queue reader, one event a line. Run: java Gate.java */
public class Gate {
    static String after(String event, String key) {
        String start = "\"" + key + "\":\"";
        int at = event.indexOf(start) + start.length();
        return event.substring(at, event.indexOf('"', at));
    }

    static String repositoryOf(String event) {
        return after(event, "repository-name");
    }

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = in.readLine()) != null; ) {
            boolean complete = after(line, "scan-status").equals("COMPLETE");
            System.out.println("{\"repository\":\"" + repositoryOf(line) + "\",\"complete\":" + complete + "}");
        }
    }
}
