package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.ImageOps;

/**
 * A discriminator with a score for each class, of which the label picks one: samples and labels (N)
 * -> (N, 1). It is the projection of {@link Projected} without the part that all classes share.
 */
final class Picked extends Unit {

  private final int classes;
  private final Block body;

  /**
   * A network.
   *
   * @param body samples -> (N, classes)
   */
  Picked(int classes, Block body) {
    this.classes = classes;
    this.body = child(body);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    ClassEmbedding.requireLabelled(describe(), "samples", inputs);
    NDArray scores = pass.run(body, inputs.get(0));
    if (pass.dry()) {
      return new NDList(pass.shaped(new Shape(scores.getShape().get(0), 1), scores));
    }
    NDArray labels = inputs.get(1);
    ClassEmbedding.check(labels, classes);
    NDArray chosen = scores.mul(ImageOps.oneHot(labels, classes));
    return new NDList(chosen.sum(new int[] {1}, true));
  }

  @Override
  protected boolean repeatsItself() {
    return false; // it looks at the labels
  }

  @Override
  public String describe() {
    return "a score for each class";
  }
}
