package io.github.spencerpark.jupyter.kernel.display;

import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.util.LinkedHashMap;
import java.util.Map;

/** A stand-in for IJava's class. */
public record DisplayData(Map<String, Object> data, Map<String, Object> metadata) {

  DisplayData() {
    this(new LinkedHashMap<>(), new LinkedHashMap<>());
  }

  public void putData(MIMEType type, Object value) {
    data.put(type.name(), value);
  }

  public void putMetaData(MIMEType type, Object value) {
    metadata.put(type.name(), value);
  }
}
