package convnets.notebook;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A kernel's registry of renderers. Those of JJava and IJava have the same shape under two package
 * names, so they are reached by reflection.
 */
final class Registry {

  /**
   * A value in one format.
   *
   * @param content text, or base64 of bytes
   * @param metadata what a page should know of it, such as its size; may be empty
   */
  record Data(String content, Map<String, ?> metadata) {
    static Data of(String content) {
      return new Data(content, Map.of());
    }
  }

  private final Object registry;
  private final Class<?> function;
  private final Method parseMime;
  private final Method wants;
  private final Method output;
  private final Method putData;
  private final Method putMetadata;

  /**
   * @param registry the kernel's {@code Renderer}
   * @throws IllegalStateException if it is of an unknown kind
   */
  Registry(Object registry) {
    this.registry = registry;
    try {
      function = type("RenderFunction");
      Class<?> mime = type("mime.MIMEType");
      parseMime = mime.getMethod("parse", String.class);
      wants = type("RenderContext").getMethod("wantsDataRenderedAs", mime);
      output = type("RenderContext").getMethod("getOutputContainer");
      putData = type("DisplayData").getMethod("putData", mime, Object.class);
      putMetadata = type("DisplayData").getMethod("putMetaData", mime, Object.class);
    } catch (ReflectiveOperationException e) {
      throw unknown(e);
    }
  }

  private Class<?> type(String name) throws ClassNotFoundException {
    String full = registry.getClass().getPackageName() + "." + name;
    return Class.forName(full, true, registry.getClass().getClassLoader());
  }

  /**
   * Registers a type.
   *
   * @param type the class or interface
   * @param formats what makes each format, by its MIME type
   */
  <T> void register(Class<T> type, Map<String, Function<T, Data>> formats) {
    try {
      Object registration = call(registry, "createRegistration", Class.class, type);
      String[] names = formats.keySet().toArray(String[]::new);
      registration = call(registration, "preferring", String[].class, names);
      call(registration, "register", function, renderer(type, formats));
    } catch (ReflectiveOperationException e) {
      throw unknown(e);
    }
  }

  private static Object call(Object target, String method, Class<?> type, Object argument)
      throws ReflectiveOperationException {
    return target.getClass().getMethod(method, type).invoke(target, argument);
  }

  /** The kernel's {@code RenderFunction}: {@code void render(T value, RenderContext context)}. */
  private <T> Object renderer(Class<T> type, Map<String, Function<T, Data>> formats)
      throws ReflectiveOperationException {
    Map<Object, Function<T, Data>> byMime = new LinkedHashMap<>();
    for (var format : formats.entrySet()) {
      byMime.put(parseMime.invoke(null, format.getKey()), format.getValue());
    }
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          if (method.getDeclaringClass() == Object.class) {
            return method.invoke(byMime, arguments);
          }
          render(type.cast(arguments[0]), arguments[1], byMime);
          return null;
        };
    return Proxy.newProxyInstance(function.getClassLoader(), new Class<?>[] {function}, handler);
  }

  private <T> void render(T value, Object context, Map<Object, Function<T, Data>> formats)
      throws ReflectiveOperationException {
    for (var format : formats.entrySet()) {
      Object mime = format.getKey();
      if ((boolean) wants.invoke(context, mime)) {
        Data data = format.getValue().apply(value);
        Object container = output.invoke(context);
        putData.invoke(container, mime, data.content());
        if (!data.metadata().isEmpty()) {
          putMetadata.invoke(container, mime, data.metadata());
        }
      }
    }
  }

  private static IllegalStateException unknown(ReflectiveOperationException e) {
    return new IllegalStateException(
        "this kernel's renderers are not of a kind that the course knows: " + e, e);
  }
}
