package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.training.initializer.Initializer;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.List;

/**
 * An SSD as it runs: (N, 3, H, W) -> logits (N, A, 1 + C), the background's first, and offsets (N,
 * A, 4), of the anchors map by map.
 */
final class SSDNet extends Unit {

  private final Unit maps;
  private final List<Unit> towers = new ArrayList<>();
  private final List<Unit> classification = new ArrayList<>();
  private final List<Unit> regression = new ArrayList<>();
  private final int outputs;

  SSDNet(Unit maps, int[] channels, Anchors anchors, int classes, int depth, double prior) {
    this.maps = child("backbone", maps);
    outputs = 1 + classes;
    for (int i = 0; i < channels.length; i++) {
      int in = channels[i];
      if (depth > 0) {
        Unit[] tower = new Unit[depth];
        for (int k = 0; k < depth; k++) {
          tower[k] = conv(in, in, 3).bn().relu();
        }
        towers.add(child("head.tower." + i, seq(tower)));
      }
    }
    for (int i = 0; i < channels.length; i++) {
      Unit head = head(channels[i], anchors.perPixel(i) * outputs);
      head.setInitializer(background(outputs, prior), Parameter.Type.BIAS);
      classification.add(child("head.classification_head.module_list." + i, head));
    }
    for (int i = 0; i < channels.length; i++) {
      Unit head = head(channels[i], anchors.perPixel(i) * 4);
      head.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
      regression.add(child("head.regression_head.module_list." + i, head));
    }
  }

  private static Conv head(int in, int out) {
    return conv(in, out, 3).bias().initializer(Initializers.normal(0.01));
  }

  /**
   * Biases by which all classes together are as probable as that, so that the many backgrounds cost
   * little from the first step on. (Lin et al., "Focal Loss", 2017, arXiv:1708.02002, section 3.3.)
   */
  private static Initializer background(int outputs, double prior) {
    float logit = (float) Math.log((outputs - 1) * (1 - prior) / prior);
    return (NDManager manager, Shape shape, DataType type) -> {
      float[] biases = new float[(int) shape.size()];
      for (int i = 0; i < biases.length; i += outputs) {
        biases[i] = logit;
      }
      return manager.create(biases, shape).toType(type, true);
    };
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDList features = pass.run(maps, inputs);
    NDList logits = new NDList();
    NDList offsets = new NDList();
    for (int i = 0; i < features.size(); i++) {
      NDArray map = features.get(i);
      NDArray seen = towers.isEmpty() ? map : pass.run(towers.get(i), map);
      logits.add(rows(pass.run(classification.get(i), seen), outputs));
      offsets.add(rows(pass.run(regression.get(i), seen), 4));
    }
    return new NDList(TorchOps.concat(logits, 1), TorchOps.concat(offsets, 1));
  }

  /** (N, S · D, H, W) -> (N, H · W · S, D), as anchors stand. */
  static NDArray rows(NDArray x, int each) {
    Shape s = x.getShape();
    long rows = s.get(1) * s.get(2) * s.get(3) / each;
    return x.transpose(0, 2, 3, 1).reshape(s.get(0), rows, each);
  }

  @Override
  public String describe() {
    return "SSD";
  }
}
