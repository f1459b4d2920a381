package convnets.data;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Examples to learn from, each an input with its targets: what {@link Batches} are made of.
 *
 * <p>Images in memory are an {@link ImageDataset}, arrays are {@link Examples}; {@link
 * ImageFolder#stream} and {@link AnnotatedFolder#source} decode pictures as they are asked for,
 * {@link MenageriePictures#source} draws them. What targets are is said by {@link Target}.
 */
public interface Source {

  /** How many examples there are. */
  int size();

  /** The shape of one input, as (C, H, W). */
  Shape inputShape();

  /** What the targets are, in their order. */
  List<Target> kinds();

  /** The names of the classes, in the order of their numbers; none if they have no names. */
  default List<String> classes() {
    return List.of();
  }

  /** Of the device on which batches are made; parent of their managers. */
  NDManager manager();

  /**
   * Some of the examples.
   *
   * @param owner of what is returned, on the device of {@link #manager}
   * @param indices of the examples, from 0
   * @return the inputs, as bytes (images, which batches turn into numbers from 0 to 1) or float32;
   *     then the targets, of as many examples, each of its {@link #kinds kind}
   */
  NDList gather(NDManager owner, int... indices);

  /**
   * The source of an epoch's examples. Where pictures are drawn, each epoch may have its own; by
   * default all have the same.
   *
   * @param epoch its number, from 0, which is the one to evaluate on
   * @return a source of the same size, shape, kinds and manager
   */
  default Source epoch(int epoch) {
    return this;
  }
}
