package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.TorchOps;

/**
 * A network that is told a class: what its embedding says is put behind the input along the
 * channels. (N, C, …) and labels (N) -> body of (N, C + planes, …).
 */
final class Conditioned extends Unit {

  private final ClassEmbedding embedding;
  private final Shape beside;
  private final Block before;
  private final Block body;

  /**
   * A network.
   *
   * @param beside the shape of what is put behind one input: (planes, …)
   * @param before what is done to the input before that
   */
  Conditioned(int classes, Shape beside, Block before, Block body) {
    this.beside = beside;
    this.before = child(before);
    embedding = child("embedding", new ClassEmbedding(classes, (int) beside.size()));
    this.body = child(body);
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    ClassEmbedding.requireLabelled(describe(), "an input", inputs);
    NDArray x = pass.run(before, inputs.get(0));
    NDArray told =
        pass.run(embedding, inputs.get(1)).reshape(new Shape(x.getShape().get(0)).addAll(beside));
    NDArray both = TorchOps.concat(new NDList(x, told), 1);
    return pass.run(body, new NDList(both));
  }

  @Override
  public String describe() {
    return "told a class";
  }
}
