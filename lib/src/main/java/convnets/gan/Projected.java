package convnets.gan;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import convnets.nn.Layers;
import convnets.nn.Linear;
import convnets.nn.Pass;
import convnets.nn.Unit;

/**
 * A discriminator that compares features with a class: ψ(φ(x)) + ⟨e(class), φ(x)⟩, samples and
 * labels (N) -> (N, 1). (Miyato and Koyama, "cGANs with Projection Discriminator", 2018,
 * arXiv:1802.05637, equation 4, ψ linear.)
 */
final class Projected extends Unit {

  private final Block features;
  private final ClassEmbedding embedding;
  private final Linear score;

  /**
   * A network.
   *
   * @param features φ: samples -> (N, width)
   */
  Projected(int classes, int width, Block features, boolean spectral) {
    this.features = child(features);
    Linear linear = Layers.linear(width, 1);
    score = child("score", spectral ? linear.spectralNorm() : linear);
    embedding = child("embedding", new ClassEmbedding(classes, width));
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    ClassEmbedding.requireLabelled(describe(), "samples", inputs);
    NDArray phi = pass.run(features, inputs.get(0)); // (N, width)
    NDArray told = pass.run(embedding, inputs.get(1));
    NDArray fit = phi.mul(told).sum(new int[] {1}, true);
    return new NDList(pass.run(score, phi).add(fit));
  }

  @Override
  public String describe() {
    return "projection of a class";
  }
}
