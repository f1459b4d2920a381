package convnets.detect;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a call leaves with the managers of its arguments: its result, and nothing else. */
class LeftoversTest extends DetectTest {

  @Test
  void aResultBelongsToTheFirstArgumentAndNothingElseIsLeft() {
    NDManager other = manager.newSubManager();
    NDArray a = boxes(randomBoxes(6));
    NDArray b = other.create(randomBoxes(6), new Shape(6, 4));
    NDArray truth = other.create(new float[20], new Shape(2, 2, 5));
    NDArray pair = manager.create(randomBoxes(6), new Shape(2, 3, 4));
    NDArray scores = other.create(randomNumbers(6));
    NDArray zeros = other.zeros(new Shape(6), DataType.INT64);
    NDArray classes = manager.zeros(new Shape(2, 3), DataType.INT64);
    NDArray table = other.ones(new Shape(2, 3));
    NDArray map = other.ones(new Shape(2, 2, 4, 4));
    NDArray heat = manager.ones(new Shape(2, 2, 4, 4));
    NDArray rows = manager.zeros(new Shape(2, 2, 5));
    Shape image = new Shape(16, 16);
    Map<String, Supplier<List<NDArray>>> calls = new LinkedHashMap<>();
    calls.put("areas", () -> List.of(Boxes.areas(a)));
    calls.put("classes", () -> List.of(Boxes.classes(rows)));
    calls.put("matrix", () -> List.of(Overlap.CIOU.matrix(a, b)));
    calls.put("loss", () -> List.of(Overlap.GIOU.loss(a, b)));
    calls.put(
        "anchors",
        () -> List.of(Anchors.of(AnchorShape.ssd(3, 5)).clipped().boxes(manager, image, image)));
    calls.put(
        "matches",
        () -> {
          AnchorMatches matches = AnchorMatching.at(0.5).bestAnchor().match(a, truth);
          return List.of(matches.rows(), matches.overlaps(), matches.boxes(truth));
        });
    calls.put("encode", () -> List.of(BoxCoder.standard().encode(a, b)));
    calls.put("balanced", () -> List.of(Mining.balanced(classes, 2, 0.5)));
    calls.put(
        "rows",
        () -> {
          Mining.Sampled sampled = Mining.balancedRows(classes, 2, 0.5);
          return List.of(sampled.rows(), sampled.classes());
        });
    calls.put("focal", () -> List.of(FocalLoss.standard().sigmoid(pair, classes)));
    calls.put("smooth", () -> List.of(BoxLosses.smoothL1(a, b, 1)));
    calls.put("greedy", () -> List.of(Nms.greedy(a, scores, 0.5)));
    calls.put("by class", () -> List.of(Nms.byClass(a, scores, zeros, 0.5)));
    calls.put("mask", () -> List.of(Nms.mask(a, scores, 0.5)));
    calls.put("batched", () -> List.of(Nms.batched(pair, table, classes, 0.5, 3)));
    calls.put(
        "soft",
        () -> {
          SoftNms.Rescored soft = SoftNms.linear(0.3).apply(a, scores, 0);
          return List.of(soft.rows(), soft.scores());
        });
    calls.put("matrix form", () -> List.of(MatrixNms.linear().apply(a, scores, zeros)));
    calls.put("radius", () -> List.of(manager.create(CenterTargets.radius(2, 3, 0.7))));
    calls.put(
        "peaks",
        () -> {
          CenterPeaks peaks = CenterPeaks.of(heat, 2);
          NDArray boxes = peaks.boxes(map, map, image);
          return List.of(peaks.scores(), peaks.classes(), peaks.pixels(), boxes);
        });
    calls.put("align", () -> List.of(RoiAlign.of(2).apply(map, pair, 0.25)));
    calls.put(
        "pyramid",
        () -> List.of(RoiAlign.of(2).apply(new NDList(map, map), pair, classes, 0.25, 0.5)));
    calls.put("pool", () -> List.of(RoiPool.of(2).apply(map, pair, 0.25)));
    calls.put("levels", () -> List.of(PyramidLevels.of(2, 5).levels(a)));
    calls.forEach(
        (name, call) -> {
          int before = manager.getManagedArrays().size();
          int beside = other.getManagedArrays().size();
          List<NDArray> results = call.get();
          assertThat(results).as(name).allMatch(result -> result.getManager() == manager);
          results.forEach(NDArray::close);
          assertThat(manager.getManagedArrays()).as(name).hasSize(before);
          assertThat(other.getManagedArrays()).as(name).hasSize(beside);
        });
  }
}
