package convnets.notebook;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import convnets.train.Devices;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
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
    Warmup.start();
    Optional<Kernel> kernel = Kernel.running();
    kernel.ifPresent(k -> Renderers.install(k.renderer()));
    Engine engine = engine();
    System.out.println(describe(engine) + (kernel.isPresent() ? "" : " · no notebook"));
    kernel.ifPresent(Course::prepareCells); // after the engine, which they call
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

  private static Engine engine() {
    try {
      Engine engine = Engine.getInstance();
      JniUtils.setGradMode(false); // DJL does so in the thread that loaded it alone
      return engine;
    } catch (EngineException e) {
      throw new IllegalStateException(
          "PyTorch does not load: " + Failures.root(e) + ". See what ./course doctor says.", e);
    }
  }

  private static void prepareCells(Kernel kernel) {
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
        device(Devices.best()),
        "Java " + Runtime.version().feature(),
        fast() ? "fast mode" : "full mode");
  }

  static String device(Device device) {
    if (device.equals(Device.cpu())) {
      return "CPU, " + Processor.describe(JniUtils.getNumThreads());
    }
    if (Devices.isMps(device)) {
      return "Apple's GPU (mps)";
    }
    return "GPU " + device.getDeviceId() + GpuModel.ofAll().map(name -> ", " + name).orElse("");
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

  /**
   * What an exercise throws until it is answered: {@code throw Course.todo("05.2");}
   *
   * @param id the exercise's number: the chapter's, a dot, its own
   */
  public static TodoException todo(String id) {
    return new TodoException(id);
  }

  /**
   * Starts the check of an exercise.
   *
   * @param id the exercise's number: the chapter's, a dot, its own
   */
  public static Check check(String id) {
    return new Check(id);
  }

  /**
   * Asserts what the text around a cell says of its result.
   *
   * @param text what the reader is told, as in "the deeper net is worse"
   * @param holds whether this run shows it
   * @throws IllegalStateException if it does not
   */
  public static void claim(String text, boolean holds) {
    if (!holds) {
      throw new IllegalStateException("the text says: " + text + "; this run does not show it");
    }
  }

  /**
   * The same of what takes a full run to be seen: in fast mode networks train too little for it,
   * and nothing is asserted.
   */
  public static void claimInFull(String text, boolean holds) {
    claim(text, holds || fast());
  }

  /**
   * A line that tells how far a cell is, changing in place at most four times a second. It looks on
   * at a training as a callback, at a download ({@code Models.pretrained("resnet50",
   * Course.progress())}), or is told by hand.
   */
  public static ProgressLine progress() {
    return progress("");
  }

  /**
   * The same for one of several that follow each other in a cell.
   *
   * @param label what it begins with, as in "plain 20 · 4 epochs · 25 s"
   */
  public static ProgressLine progress(String label) {
    Optional<Kernel> kernel = Kernel.running();
    return new ProgressLine(
        live(kernel, Duration.ofMillis(250)),
        kernel.isPresent() ? Optional.empty() : Optional.of(System.out),
        label);
  }

  /** A chart, an image or a table that changes in place at most once a second. */
  public static LiveView live() {
    return live(Kernel.running(), Duration.ofSeconds(1));
  }

  /** A chart of training and test error that grows in place while a network trains. */
  public static LiveCurves curves(String title) {
    return new LiveCurves(live(), title);
  }

  private static LiveView live(Optional<Kernel> kernel, Duration interval) {
    return new LiveView(kernel, interval, System::nanoTime);
  }
}
