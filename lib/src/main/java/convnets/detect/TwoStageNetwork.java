package convnets.detect;

import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import convnets.nn.Combinators;
import convnets.nn.Conv;
import convnets.nn.Initializers;
import convnets.nn.Layers;
import convnets.nn.Pass;
import convnets.nn.Unit;
import convnets.torch.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Faster R-CNN as it runs: (N, 3, H, W) -> of the A anchors map by map the logit of an object (N,
 * A, 1) and offsets (N, A, 4); the P best proposals (N, P, 4), 0, 0, 0, 0 where there are fewer; of
 * each of them logits (N, P, 1 + C), the background's first, and offsets for each class, that of
 * the background too, (N, P, 1 + C, 4). No gradient flows through the proposals.
 *
 * <p>Given the truth (N, K, 5) as a second input, it looks into its boxes as well: they stand
 * behind the proposals, which are P + K then.
 */
final class TwoStageNetwork extends Unit {

  private final FasterRCNN design;
  private final Anchors anchors;
  private final Unit maps;
  private final Unit window;

  /** All maps have one window, but each has numbers of its own sort, so each has its own norm. */
  private final List<Unit> norms = new ArrayList<>();

  private final Unit objectness;
  private final Unit boxes;
  private final Unit head;
  private final Unit classes;
  private final Unit offsets;

  TwoStageNetwork(FasterRCNN design, Unit maps, int width) {
    this.design = design;
    this.anchors = design.anchors();
    this.maps = child("backbone", maps);
    int each = anchors.perPixel(0);
    window = child("rpn.head.conv", Combinators.named("0", window(width)));
    for (int i = 0; design.normalised && i < anchors.maps(); i++) {
      Unit norm = seq(batchNorm(width), Layers.relu()).indexed();
      norms.add(child("rpn.head.activations." + i, norm));
    }
    objectness = child("rpn.head.cls_logits", plain(conv(width, each, 1).bias(), 0.01));
    boxes = child("rpn.head.bbox_pred", plain(conv(width, 4 * each, 1).bias(), 0.01));
    int pooled = width * design.roi.height() * design.roi.width();
    head =
        child(
            "roi_heads.box_head",
            seq(flatten(), hidden("fc6", pooled), hidden("fc7", design.hidden)));
    int outputs = 1 + design.classes;
    classes = child("roi_heads.box_predictor.cls_score", linear(design.hidden, outputs));
    offsets = child("roi_heads.box_predictor.bbox_pred", linear(design.hidden, 4 * outputs));
  }

  /** What the first stage sees of a map: each pixel and its neighbours. */
  private Unit window(int width) {
    return design.normalised
        ? seq(conv(width, width, 3)).indexed()
        : seq(plain(conv(width, width, 3).bias(), 0.01), Layers.relu()).indexed();
  }

  /** A hidden layer of the second stage, named as torchvision names it where there is no norm. */
  private Unit hidden(String name, int in) {
    Unit layer = linear(in, design.hidden);
    return design.normalised
        ? Combinators.named(name, seq(layer, batchNorm(design.hidden), Layers.relu()).indexed())
        : seq(Combinators.named(name, layer), Layers.relu());
  }

  private static Unit plain(Conv conv, double deviation) {
    Unit layer = conv.initializer(Initializers.normal(deviation));
    layer.setInitializer(Initializers.constant(0), Parameter.Type.BIAS);
    return layer;
  }

  @Override
  protected NDList forward(Pass pass, NDList inputs) {
    NDList features = pass.run(maps, new NDList(inputs.head()));
    NDList logits = new NDList();
    NDList moves = new NDList();
    for (int i = 0; i < features.size(); i++) {
      NDArray seen = pass.run(window, features.get(i));
      seen = design.normalised ? pass.run(norms.get(i), seen) : seen;
      logits.add(single(SSDNet.rows(pass.run(objectness, seen), 1)));
      moves.add(single(SSDNet.rows(pass.run(boxes, seen), 4)));
    }
    NDArray proposals = proposals(pass, inputs.head(), features, logits, moves);
    if (inputs.size() > 1) {
      proposals = NDArrays.concat(new NDList(proposals, real(inputs.get(1))), 1);
    }
    NDArray seen = pass.run(head, pooled(pass, features, proposals));
    long n = inputs.head().getShape().get(0);
    long p = proposals.getShape().get(1);
    int outputs = 1 + design.classes;
    return new NDList(
        TorchOps.concat(logits, 1),
        TorchOps.concat(moves, 1),
        proposals,
        pass.run(classes, seen).reshape(n, p, outputs),
        pass.run(offsets, seen).reshape(n, p, outputs, 4));
  }

  /** In mixed precision a place is told in single precision still. */
  private static NDArray single(NDArray x) {
    return x.getDataType() == DataType.FLOAT32 ? x : TorchOps.convert(x, DataType.FLOAT32);
  }

  /** The best boxes of all maps that do not overlap better ones of their map, (N, P, 4). */
  private NDArray proposals(Pass pass, NDArray x, NDList features, NDList logits, NDList moves) {
    Shape image = x.getShape();
    long n = image.get(0);
    NDManager manager = x.getManager();
    long[] counts = logits.stream().mapToLong(l -> l.getShape().get(1)).toArray();
    int[] taken = Arrays.stream(counts).mapToInt(c -> (int) Math.min(design.before, c)).toArray();
    int all = Arrays.stream(taken).sum();
    int most = Math.min(design.proposals, all);
    if (pass.dry()) {
      return pass.shaped(new Shape(n, most, 4), x);
    }
    NDArray placed = anchors.boxes(manager, image, features.getShapes());
    NDList candidates = new NDList();
    NDList scores = new NDList();
    NDList groups = new NDList();
    long first = 0;
    for (int i = 0; i < counts.length; i++) {
      NDList best = logits.get(i).stopGradient().reshape(n, counts[i]).topK(taken[i], 1);
      NDArray own = placed.get("{}:{}", first, first + counts[i]);
      NDArray each = own.expandDims(0).broadcast(n, counts[i], 4);
      NDArray at = Boxes.gather(each, best.get(1));
      NDArray move = Boxes.gather(moves.get(i).stopGradient(), best.get(1));
      candidates.add(BoxCoder.unweighted().decode(move, at));
      scores.add(best.get(0));
      groups.add(manager.full(new Shape(n, taken[i]), i, DataType.INT64));
      first += counts[i];
    }
    int height = (int) image.get(2);
    int width = (int) image.get(3);
    NDArray inside = Boxes.clip(finite(NDArrays.concat(candidates, 1)), height, width);
    NDArray score = NDArrays.concat(scores, 1).getNDArrayInternal().sigmoid();
    NDArray kept = Nms.mask(inside, score, NDArrays.concat(groups, 1), design.overlap);
    kept = kept.logicalAnd(Boxes.atLeast(inside, design.least));
    NDList best = NDArrays.where(kept, score, score.onesLike().neg()).topK(most, 1);
    NDArray there = best.get(0).gte(0).toType(DataType.FLOAT32, false).expandDims(2);
    return Boxes.gather(inside, best.get(1)).mul(there);
  }

  /** The boxes of a truth, (N, K, 5) -> (N, K, 4); 0, 0, 0, 0 where it is padding. */
  private static NDArray real(NDArray truth) {
    NDArray there = Boxes.classes(truth).gte(0).toType(DataType.FLOAT32, false).expandDims(2);
    return Boxes.of(truth).mul(there);
  }

  /** Of a network that has diverged boxes are nowhere, and are found nowhere. */
  private static NDArray finite(NDArray boxes) {
    return NDArrays.where(boxes.isNaN(), boxes.zerosLike(), boxes);
  }

  /** What is in the proposals: (N · P, C, h, w). */
  private NDArray pooled(Pass pass, NDList features, NDArray proposals) {
    Shape s = proposals.getShape();
    long channels = features.head().getShape().get(1);
    if (pass.dry()) {
      Shape shape =
          new Shape(s.get(0) * s.get(1), channels, design.roi.height(), design.roi.width());
      return pass.shaped(shape, features.head());
    }
    NDList looked = features.subNDList(0, design.scales.length);
    return design.roi.apply(looked, proposals, design.levels.levels(proposals), design.scales);
  }

  @Override
  protected boolean repeatsItself() {
    return false; // anchors are placed by numbers of the host
  }

  @Override
  public String describe() {
    return "Faster R-CNN";
  }
}
