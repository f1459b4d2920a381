package convnets.notebook;

import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
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
        Chart.class,
        Map.of(PNG, chart -> png(image(chart)), TEXT, chart -> "chart" + title(chart)));
    renderers.register(
        BufferedImage.class,
        Map.of(
            PNG,
            Renderers::png,
            TEXT,
            image -> "image of " + image.getWidth() + " × " + image.getHeight() + " pixels"));
    renderers.register(Table.class, Map.of(HTML, TableText::html, TEXT, TableText::plain));
    renderers.register(NDArray.class, Map.of(TEXT, Values::describe));
  }

  private static String title(Chart<?, ?> chart) {
    return chart.getTitle() == null || chart.getTitle().isEmpty() ? "" : ": " + chart.getTitle();
  }

  private static BufferedImage image(Chart<?, ?> chart) {
    return BitmapEncoder.getBufferedImage(chart);
  }

  /**
   * A whole PNG, as base64. The kernels' own encoder takes the bytes before the last are written.
   */
  private static String png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode an image as PNG: " + e.getMessage(), e);
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  /** A kernel's registry, by reflection: the same shape under two package names. */
  private record Registry(Object registry) {

    <T> void register(Class<T> type, Map<String, Function<T, String>> formats) {
      try {
        ClassLoader loader = registry.getClass().getClassLoader();
        String root = registry.getClass().getPackageName();
        Class<?> function = Class.forName(root + ".RenderFunction", true, loader);
        Class<?> context = Class.forName(root + ".RenderContext", true, loader);
        Class<?> mime = Class.forName(root + ".mime.MIMEType", true, loader);
        Method render = context.getMethod("renderIfRequested", mime, Supplier.class);
        Map<Object, Function<T, String>> byMime = new LinkedHashMap<>();
        for (var format : formats.entrySet()) {
          byMime.put(
              mime.getMethod("parse", String.class).invoke(null, format.getKey()),
              format.getValue());
        }
        InvocationHandler handler =
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return switch (method.getName()) {
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> "renderer of " + type.getName();
                };
              }
              T value = type.cast(arguments[0]);
              for (var format : byMime.entrySet()) {
                Supplier<Object> text = () -> format.getValue().apply(value);
                render.invoke(arguments[1], format.getKey(), text);
              }
              return null;
            };
        Object registration =
            registry.getClass().getMethod("createRegistration", Class.class).invoke(registry, type);
        Object preferring =
            registration
                .getClass()
                .getMethod("preferring", String[].class)
                .invoke(registration, (Object) formats.keySet().toArray(String[]::new));
        preferring
            .getClass()
            .getMethod("register", function)
            .invoke(preferring, Proxy.newProxyInstance(loader, new Class<?>[] {function}, handler));
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(
            "this kernel's renderers are not of a kind that the course knows: " + e, e);
      }
    }
  }
}
