package io.github.spencerpark.jupyter.kernel.display;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A stand-in for IJava's class: one function a type. */
public final class Renderer {

  private final Map<Class<?>, RenderFunction<Object>> functions = new LinkedHashMap<>();
  private final Map<Class<?>, List<String>> preferred = new LinkedHashMap<>();

  public <T> Registration<T> createRegistration(Class<T> type) {
    return new Registration<>(type);
  }

  /** Renders in the formats that the type's renderer prefers. */
  public DisplayData render(Object value) {
    for (Class<?> type : functions.keySet()) {
      if (type.isInstance(value)) {
        return render(value, Set.copyOf(preferred.get(type)));
      }
    }
    throw new AssertionError("no renderer for " + value.getClass());
  }

  /** Renders in some formats. */
  public DisplayData render(Object value, Set<String> formats) {
    DisplayData rendered = new DisplayData();
    functions.forEach(
        (type, function) -> {
          if (type.isInstance(value)) {
            function.render(value, new RenderContext(formats, rendered));
          }
        });
    return rendered;
  }

  /** A type about to be registered. */
  public final class Registration<T> {
    private final Class<T> type;

    private Registration(Class<T> type) {
      this.type = type;
    }

    public Registration<T> preferring(String... formats) {
      preferred.put(type, List.of(formats));
      return this;
    }

    @SuppressWarnings("unchecked")
    public void register(RenderFunction<T> function) {
      if (functions.put(type, (RenderFunction<Object>) function) != null) {
        throw new AssertionError("registered twice: " + type);
      }
    }
  }
}
