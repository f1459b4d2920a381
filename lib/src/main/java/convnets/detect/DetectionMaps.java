package convnets.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import convnets.nn.Pass;
import convnets.nn.Unit;
import java.util.ArrayList;
import java.util.List;

/**
 * The feature maps that a detector looks at, from fine to coarse: those of a backbone, those of a
 * pyramid over them, and further ones behind the coarsest.
 */
final class DetectionMaps extends Unit {

  private final Block backbone;
  private final FeaturePyramid pyramid;
  private final List<Unit> extras = new ArrayList<>();

  /**
   * The maps.
   *
   * @param pyramid null: none
   * @param extras each makes a map of the one before it
   */
  DetectionMaps(Block backbone, FeaturePyramid pyramid, List<Unit> extras) {
    // torchvision's names: a backbone with a pyramid is one in two parts.
    this.backbone = pyramid == null ? child(backbone) : child("body", backbone);
    this.pyramid = pyramid == null ? null : child("fpn", pyramid);
    for (int i = 0; i < extras.size(); i++) {
      this.extras.add(child("extra." + i, extras.get(i)));
    }
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDList maps = pass.run(backbone, inputs);
    NDList all = new NDList(pyramid == null ? maps : pass.run(pyramid, maps));
    for (Unit extra : extras) {
      NDArray last = all.get(all.size() - 1);
      all.add(pass.run(extra, last));
    }
    return all;
  }

  @Override
  public String describe() {
    return "feature maps";
  }
}
