package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Examples to learn from, each an input with its targets: what {@link Batches} are made of. */
public interface Source {

  /** How many examples there are. */
  int size();

  /** The shape of one input, as (C, H, W). */
  Shape inputShape();

  /** Of the device on which batches are made; parent of their managers. */
  NDManager manager();

  /**
   * Some of the examples.
   *
   * @param owner of what is returned, on the device of {@link #manager}
   * @param indices of the examples, from 0
   * @return the inputs, as bytes (images, which batches turn into numbers from 0 to 1) or float32;
   *     then the targets, of as many examples
   */
  NDList gather(NDManager owner, int... indices);
}
