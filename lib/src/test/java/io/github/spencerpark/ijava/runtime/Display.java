package io.github.spencerpark.ijava.runtime;

import java.util.LinkedHashMap;
import java.util.Map;

/** A stand-in for IJava's class: remembers what is on show. */
public final class Display {

  public static final Map<String, Object> SHOWN = new LinkedHashMap<>();

  private Display() {}

  public static String display(Object value) {
    String id = "output " + SHOWN.size();
    SHOWN.put(id, value);
    return id;
  }

  public static void updateDisplay(String id, Object value) {
    if (SHOWN.replace(id, value) == null) {
      throw new IllegalArgumentException(id);
    }
  }
}
