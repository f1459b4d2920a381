package io.github.spencerpark.jupyter.kernel.display;

import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** A stand-in for IJava's class: what was asked for, and what was rendered. */
public record RenderContext(Set<String> requested, Map<String, Object> rendered) {
  public boolean renderIfRequested(MIMEType type, Supplier<Object> render) {
    if (!requested.contains(type.name())) {
      return false;
    }
    rendered.put(type.name(), render.get());
    return true;
  }
}
