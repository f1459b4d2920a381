package convnets.notebook;

import ai.djl.ndarray.NDArray;
import convnets.notebook.Registry.Data;
import convnets.viz.AltText;
import convnets.viz.Picture;
import convnets.viz.Png;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.knowm.xchart.internal.chartpart.Chart;
import tech.tablesaw.api.Table;

/**
 * Teaches a kernel to draw what the course makes, in the formats a notebook knows. Every value also
 * has a short plain text that is the same in every run, because notebooks are committed.
 */
final class Renderers {

  private static final String TEXT = "text/plain";
  private static final String HTML = "text/html";
  private static final String PNG = "image/png";

  /** A registry runs all functions of a type, so each registry is taught once. */
  private static final Set<Object> TAUGHT = Collections.newSetFromMap(new WeakHashMap<>());

  private Renderers() {}

  /**
   * Registers all types.
   *
   * @param registry the kernel's {@code Renderer}, of JJava or of IJava
   */
  static synchronized void install(Object registry) {
    if (!TAUGHT.add(registry)) {
      return;
    }
    Registry renderers = new Registry(registry);
    renderers.register(
        Chart.class, Map.of(PNG, c -> png(Picture.of(c)), TEXT, c -> Data.of(text(c))));
    renderers.register(
        BufferedImage.class, Map.of(PNG, Renderers::png, TEXT, i -> Data.of(text(i))));
    renderers.register(
        Table.class,
        Map.of(HTML, t -> Data.of(TableText.html(t)), TEXT, t -> Data.of(TableText.plain(t))));
    renderers.register(NDArray.class, Map.of(TEXT, a -> Data.of(Values.describe(a))));
  }

  /** What the chart shows, as {@link AltText} has it; of one that no builder made, its title. */
  private static String text(Chart<?, ?> chart) {
    String title = chart.getTitle();
    return AltText.of(chart).orElse(title == null || title.isEmpty() ? "chart" : "chart: " + title);
  }

  private static String text(BufferedImage image) {
    return AltText.of(image)
        .orElse("image of " + image.getWidth() + " × " + image.getHeight() + " pixels");
  }

  /**
   * The whole file: the kernels' own encoder may drop its last bytes. A sharp image has more pixels
   * than it is to take of the page, so its size is told, and so is what it shows, where that is
   * known: pages take {@code alt} from here.
   */
  private static Data png(BufferedImage image) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("width", Picture.displayWidth(image));
    metadata.put("height", Picture.displayHeight(image));
    AltText.of(image).ifPresent(text -> metadata.put("alt", text));
    return new Data(Base64.getEncoder().encodeToString(Png.encode(image)), metadata);
  }
}
