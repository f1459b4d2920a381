package convnets.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.Gson;
import convnets.torch.HostCopy;
import convnets.train.Devices;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Our half of {@code ./course bench}; {@code ci/bench/pytorch} is the other and speaks the same
 * language. Each line of standard input asks for something: {@code prepare} and a {@link
 * Workload.Setting} as JSON, in place of the one before, or {@code run} and a number of times. Each
 * is answered by a line: {@code done} and the seconds it took, or {@code failed} and why. The
 * device is {@link Devices#best()}, and is waited for.
 */
public final class RunWorkload {

  private static final Gson GSON = new Gson();

  private NDManager manager;
  private Workload workload;

  private RunWorkload() {}

  /** Serves lines until there are no more. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    RunWorkload server = new RunWorkload();
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String[] request = line.split(" ", 2);
      try {
        answers.println("done " + server.serve(request[0], request[1]));
      } catch (RuntimeException e) {
        answers.println("failed " + e.toString().replace('\n', ' '));
      }
    }
    server.close();
  }

  private double serve(String verb, String what) {
    return switch (verb) {
      case "prepare" ->
          Workload.seconds(() -> prepare(GSON.fromJson(what, Workload.Setting.class)));
      case "run" -> workload.run(Integer.parseInt(what)) + Workload.seconds(this::waitForDevice);
      default -> throw new IllegalArgumentException("no request " + verb);
    };
  }

  private void prepare(Workload.Setting setting) {
    close();
    manager = NDManager.newBaseManager(Devices.best());
    workload = Workload.of(setting, manager);
  }

  /** A GPU does its work in order: what it is asked for last, it has done last. */
  private void waitForDevice() {
    try (NDArray last = manager.zeros(new Shape(1))) {
      HostCopy.floats(last);
    }
  }

  private void close() {
    if (workload != null) {
      workload.close();
      workload = null;
    }
    if (manager != null) {
      manager.close();
      manager = null;
      JniUtils.emptyCudaCache(); // without a GPU, nothing
    }
  }
}
