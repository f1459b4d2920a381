package convnets.notebook;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Properties;

/** The course inside a notebook. */
public final class Course {

  private Course() {}

  /**
   * Prepares the kernel and prints one line about it: every notebook's second cell.
   *
   * <p>Teaches the kernel to draw charts, tables, images and arrays, settles PyTorch's grad mode in
   * all cells, and lets errors show their root causes. Outside a kernel it only says so. May be
   * called again.
   */
  public static void init() {
    System.setProperty("java.awt.headless", "true"); // a chart needs no screen
    Engine engine = Engine.getInstance();
    Optional<Kernel> kernel = Kernel.running();
    System.out.println(describe(engine) + (kernel.isPresent() ? "" : " · no notebook"));
    kernel.ifPresent(Course::prepare);
  }

  /**
   * Prepares the kernel, prints one line about it, and seeds PyTorch's random numbers.
   *
   * @param seed any number that fits in 32 bits
   * @throws IllegalArgumentException if it does not
   */
  public static void init(long seed) {
    if (seed != (int) seed) {
      throw new IllegalArgumentException(
          "seed (" + seed + ") must be from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
    }
    init();
    Engine.getInstance().setRandomSeed((int) seed);
  }

  private static void prepare(Kernel kernel) {
    Renderers.install(kernel.renderer());
    Failures failures = new Failures(!kernel.showsCauses());
    if (!kernel.runCellsIn(old -> new CellExecutor(old.getThreadFactory(), failures))) {
      System.out.println(
          "This version of the kernel is new to the course: after a pause of a minute, run this"
              + " cell again.");
    }
  }

  private static String describe(Engine engine) {
    return String.join(
        " · ",
        "convnets " + version(),
        engine.getEngineName() + " " + engine.getVersion(),
        device(engine.defaultDevice()),
        "Java " + Runtime.version().feature(),
        fast() ? "fast mode" : "full mode");
  }

  private static String device(Device device) {
    return device.isGpu()
        ? "GPU " + device.getDeviceId()
        : "CPU, " + JniUtils.getNumThreads() + " threads";
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Course.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read version.properties from the library's jar", e);
    }
    return properties.getProperty("version");
  }

  /** Whether amounts are small, because the environment says {@code CONVNETS_FAST=1}. */
  public static boolean fast() {
    return "1".equals(System.getenv("CONVNETS_FAST"));
  }

  /** One of two amounts of the same work: epochs, samples, steps. */
  public static int amount(int full, int fast) {
    return fast() ? fast : full;
  }
}
