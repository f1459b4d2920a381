package io.github.spencerpark.jupyter.kernel.display;

import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.Set;

/** A stand-in for IJava's class: what was asked for, and what was rendered. */
public record RenderContext(Set<String> requested, DisplayData getOutputContainer) {
  public boolean wantsDataRenderedAs(MIMEType type) {
    return requested.contains(type.name());
  }
}
