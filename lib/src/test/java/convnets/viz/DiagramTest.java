package convnets.viz;

import static convnets.nn.Combinators.add;
import static convnets.nn.Combinators.concat;
import static convnets.nn.Combinators.gate;
import static convnets.nn.Combinators.named;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Combinators.split;
import static convnets.nn.Combinators.stages;
import static convnets.nn.Layers.batchNorm;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.globalAvgPool;
import static convnets.nn.Layers.identity;
import static convnets.nn.Layers.lambda;
import static convnets.nn.Layers.maxPool;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.sigmoid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import convnets.models.GoogLeNet;
import convnets.models.Models;
import convnets.models.ResNet;
import convnets.nn.Pass;
import convnets.nn.Role;
import convnets.nn.Unit;
import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DiagramTest {

  private static final Shape IMAGE_NET = new Shape(1, 3, 224, 224);

  private static Unit body() {
    return seq(conv(64, 64, 3).bn().relu(), conv(64, 64, 3).bn());
  }

  private static Unit basic() {
    return seq(add(body(), identity()), relu());
  }

  private static Unit bottleneck() {
    Unit body =
        seq(
            conv(64, 32, 1).bn().relu(),
            conv(32, 32, 3).stride(2).bn().relu(),
            conv(32, 128, 1).bn());
    return add(body, named("downsample", conv(64, 128, 1).stride(2).bn().indexed()));
  }

  private static Unit squeezeAndExcite() {
    Unit attention =
        seq(globalAvgPool(), conv(64, 4, 1).bias().relu(), conv(4, 64, 1).bias(), sigmoid());
    return add(seq(body(), gate(identity(), attention)), identity());
  }

  private static Unit inception() {
    return concat(
        conv(64, 64, 1).bn().relu(),
        seq(conv(64, 96, 1).bn().relu(), conv(96, 128, 3).bn().relu()),
        seq(conv(64, 16, 1).bn().relu(), conv(16, 32, 5).bn().relu()),
        seq(maxPool(3, 1).padding(1), conv(64, 32, 1).bn().relu()));
  }

  private static Unit shuffle() {
    Unit body =
        seq(conv(32, 32, 1).bn().relu(), conv(32, 32, 3).groups(32).bn(), conv(32, 32, 1).bn());
    return seq(split(identity(), body), lambda("channel shuffle", x -> x));
  }

  static Stream<Arguments> diagrams() {
    Shape features = new Shape(1, 64, 56, 56);
    return Stream.of(
        Arguments.of("basic", Diagram.of(basic(), features)),
        Arguments.of("bottleneck", Diagram.of(bottleneck(), features)),
        Arguments.of("gate", Diagram.of(squeezeAndExcite(), features)),
        Arguments.of("inception", Diagram.of(inception(), features)),
        Arguments.of("shuffle", Diagram.of(shuffle(), features)),
        Arguments.of(
            "dense", Diagram.of(seq(concat(identity(), conv(64, 9, 3)), relu()), features)),
        Arguments.of("nested", Diagram.of(add(inception(), conv(64, 256, 1)), features)),
        Arguments.of("other", Diagram.of(Blocks.identityBlock(), features)),
        Arguments.of("wire", Diagram.of(identity(), features)),
        Arguments.of("resnet50", Diagram.of(Models.resnet50(), IMAGE_NET)),
        Arguments.of("resnet50 0", Diagram.of(Models.resnet50(), IMAGE_NET).depth(0)),
        Arguments.of("resnet50 1", Diagram.of(Models.resnet50(), IMAGE_NET).depth(1)),
        Arguments.of("resnet50 4", Diagram.of(Models.resnet50(), IMAGE_NET).columns(4)),
        Arguments.of(
            "googlenet", Diagram.of(GoogLeNet.torchvision().auxiliary().build(), IMAGE_NET)),
        Arguments.of("cifar", Diagram.of(ResNet.cifar(20).build(), new Shape(1, 3, 32, 32))),
        Arguments.of("stages", Diagram.of(maps(), features), 3),
        Arguments.of("two heads", Diagram.of(seq(conv(64, 8, 3), new Heads()), features), 2),
        Arguments.of("backbone", Diagram.of(Models.backbone("resnet18"), IMAGE_NET), 4),
        Arguments.of("backbone 0", Diagram.of(dilated(), IMAGE_NET).depth(0), 4),
        Arguments.of("backbone 3", Diagram.of(dilated(), IMAGE_NET).depth(1).columns(3), 4));
  }

  private static Unit maps() {
    return stages(
        conv(64, 8, 3).stride(2).bn().relu(),
        named("wide", concat(conv(8, 8, 1), conv(8, 8, 3), conv(8, 8, 5))),
        seq(conv(24, 16, 3).stride(2)));
  }

  private static Unit dilated() {
    return Models.backbone("resnet50").outputStride(8);
  }

  /** A unit of its own that makes two arrays of one. */
  private static final class Heads extends Unit {
    private final Unit scores = child("scores", conv(8, 5, 1));
    private final Unit boxes = child("boxes", conv(8, 4, 3).stride(2));

    @Override
    protected NDList forward(Pass pass, NDList x) {
      return new NDList(pass.run(scores, x.head()), pass.run(boxes, x.head()));
    }
  }

  /** A diagram by its name; and how many outputs it shows, if not one. */
  static Stream<Arguments> diagramsWithOutputs() {
    return diagrams()
        .map(Arguments::get)
        .map(each -> Arguments.of(each[0], each[1], each.length > 2 ? each[2] : 1));
  }

  private static List<Rectangle2D> solids(FlowLayout layout) {
    List<Rectangle2D> solids = new ArrayList<>();
    layout.boxes.forEach(box -> solids.add(box.place()));
    layout.cards.forEach(card -> solids.add(card.place()));
    for (FlowLayout.Join join : layout.joins) {
      double r = join.radius();
      Point2D center = join.center();
      solids.add(new Rectangle2D.Double(center.getX() - r, center.getY() - r, 2 * r, 2 * r));
    }
    return solids;
  }

  private static Rectangle2D place(FlowLayout.Label label) {
    return new Rectangle2D.Double(label.x(), label.y() - 6, label.width(), 12);
  }

  private static Rectangle2D shrunk(Rectangle2D r) {
    return new Rectangle2D.Double(
        r.getX() + 0.5, r.getY() + 0.5, r.getWidth() - 1, r.getHeight() - 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("diagrams")
  void nothingOverlaps(String name, Diagram diagram) {
    FlowLayout layout = diagram.layout();
    List<Rectangle2D> solids = solids(layout);
    for (int i = 0; i < solids.size(); i++) {
      for (int j = 0; j < i; j++) {
        assertThat(solids.get(i).intersects(solids.get(j))).as("%d, %d", i, j).isFalse();
      }
      for (FlowLayout.Label label : layout.labels) {
        assertThat(place(label).intersects(solids.get(i))).as(label.text()).isFalse();
      }
    }
    for (FlowLayout.Frame a : layout.frames) {
      for (FlowLayout.Frame b : layout.frames) {
        boolean nested = a.place().contains(b.place()) || b.place().contains(a.place());
        assertThat(nested || !a.place().intersects(b.place())).isTrue();
      }
      for (Rectangle2D solid : solids) {
        assertThat(a.place().contains(solid) || !a.place().intersects(solid)).isTrue();
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("diagrams")
  void allIsWithinThePicture(String name, Diagram diagram) {
    FlowLayout layout = diagram.layout();
    Rectangle2D page = new Rectangle2D.Double(4, 4, layout.width - 8, layout.height - 8);
    List<Rectangle2D> all = solids(layout);
    layout.frames.forEach(frame -> all.add(frame.place()));
    layout.labels.forEach(label -> all.add(place(label)));
    assertThat(all).allMatch(page::contains);
    for (FlowLayout.Edge edge : layout.edges) {
      assertThat(edge.points()).allMatch(page::contains);
    }
    var image = diagram.image();
    assertThat(Picture.displayWidth(image)).isEqualTo((int) layout.width);
    assertThat(Picture.displayHeight(image)).isEqualTo((int) layout.height);
  }

  /** Lines run straight, cross no box, and join boxes, joins and other lines. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("diagramsWithOutputs")
  void linesJoinBoxes(String name, Diagram diagram, int outputs) {
    FlowLayout layout = diagram.layout();
    List<Rectangle2D> solids = solids(layout);
    int open = 0; // the input, the outputs
    for (FlowLayout.Edge edge : layout.edges) {
      List<Point2D> points = edge.points();
      for (int i = 1; i < points.size(); i++) {
        Line2D line = new Line2D.Double(points.get(i - 1), points.get(i));
        assertThat(line.getX1() == line.getX2() || line.getY1() == line.getY2())
            .as("%s, %s", line.getP1(), line.getP2())
            .isTrue();
        assertThat(solids).noneMatch(solid -> line.intersects(shrunk(solid)));
      }
      for (Point2D end : List.of(points.get(0), points.get(points.size() - 1))) {
        boolean atSolid = solids.stream().anyMatch(solid -> touches(solid, end));
        boolean atLine =
            layout.edges.stream().filter(other -> other != edge).anyMatch(o -> touches(o, end));
        open += atSolid || atLine ? 0 : 1;
      }
    }
    assertThat(open).isEqualTo(1 + outputs);
    assertThat(layout.edges).filteredOn(FlowLayout.Edge::arrow).isNotEmpty();
  }

  private static boolean touches(Rectangle2D solid, Point2D point) {
    Rectangle2D grown =
        new Rectangle2D.Double(
            solid.getX() - 0.01,
            solid.getY() - 0.01,
            solid.getWidth() + 0.02,
            solid.getHeight() + 0.02);
    return grown.contains(point);
  }

  private static boolean touches(FlowLayout.Edge edge, Point2D point) {
    for (int i = 1; i < edge.points().size(); i++) {
      if (new Line2D.Double(edge.points().get(i - 1), edge.points().get(i)).ptSegDist(point)
          < 0.01) {
        return true;
      }
    }
    return false;
  }

  @Test
  void whatFollowsALayerGoesIntoItsBox() {
    FlowLayout layout = Diagram.of(basic(), new Shape(1, 64, 56, 56)).layout();
    assertThat(layout.boxes)
        .extracting(box -> box.title() + " | " + box.note())
        .containsExactly("3×3 conv, 64 | BN, ReLU", "3×3 conv, 64 | BN", "ReLU | ");
    assertThat(layout.joins).singleElement().matches(FlowLayout.Join::adds);
    assertThat(layout.labels)
        .extracting(FlowLayout.Label::text)
        .containsExactly("64 × 56 × 56", "64 × 56 × 56");
  }

  @Test
  void normAndActivationInFrontStandTogether() {
    Unit net = seq(batchNorm(8), relu(), conv(8, 16, 3).stride(2).groups(4).dilation(2));
    FlowLayout layout = Diagram.of(net, new Shape(1, 8, 16, 16)).layout();
    assertThat(layout.boxes)
        .extracting(FlowLayout.Box::role, FlowLayout.Box::title, FlowLayout.Box::note)
        .containsExactly(
            tuple(Role.NORMALIZATION, "BN, ReLU", ""),
            tuple(Role.CONVOLUTION, "3×3 conv, 16, /2", "4 groups, dilation 2"));
  }

  @Test
  void aPoolingThatChangesTheSizeIsLabelled() {
    FlowLayout layout =
        Diagram.of(seq(maxPool(2, 2), conv(3, 5, 1)), new Shape(1, 3, 8, 8)).layout();
    assertThat(layout.labels)
        .extracting(FlowLayout.Label::text)
        .containsExactlyInAnyOrder("3 × 8 × 8", "3 × 4 × 4", "5 × 4 × 4");
  }

  @Test
  void equalBlocksAreFolded() {
    FlowLayout layout = Diagram.of(Models.resnet50(), IMAGE_NET).layout();
    assertThat(layout.frames)
        .extracting(frame -> frame.name() + " " + FlowSize.times(frame.times()))
        .containsExactly(
            "layer1 ", "0 ", "1–2 × 2", "layer2 ", "0 ", "1–3 × 3", "layer3 ", "0 ", "1–5 × 5",
            "layer4 ", "0 ", "1–2 × 2");
  }

  @Test
  void closedStagesReadLikeTable1() {
    FlowLayout layout = Diagram.of(Models.resnet50(), IMAGE_NET).depth(0).layout();
    assertThat(layout.frames).isEmpty();
    assertThat(layout.cards).extracting(FlowLayout.Card::times).containsExactly(3, 4, 6, 3);
    assertThat(layout.cards.get(2).name()).isEqualTo("layer3");
    assertThat(layout.cards.get(2).lines())
        .containsExactly("1×1 conv, 256", "3×3 conv, 256", "1×1 conv, 1024");
  }

  @Test
  void plainTwinsFoldTheSame() {
    Unit plain = ResNet.cifar(20).plain().build();
    FlowLayout layout = Diagram.of(plain, new Shape(1, 3, 32, 32)).layout();
    assertThat(layout.joins).isEmpty();
    assertThat(layout.frames).extracting(FlowLayout.Frame::times).contains(3, 2, 2);
  }

  @Test
  void branchesOfEqualRankStandEvenly() {
    FlowLayout layout = Diagram.of(inception(), new Shape(1, 64, 28, 28)).layout();
    FlowLayout.Box bar = layout.boxes.get(layout.boxes.size() - 1);
    assertThat(bar.title()).isEqualTo("concat");
    assertThat(bar.place().getCenterX())
        .isEqualTo(layout.edges.get(layout.edges.size() - 1).points().get(0).getX());
    assertThat(layout.boxes).hasSize(7 + 1);
  }

  @Test
  void anIdentityIsALineAround() {
    FlowLayout layout = Diagram.of(basic(), new Shape(1, 64, 56, 56)).layout();
    assertThat(layout.edges).filteredOn(edge -> edge.points().size() == 4).hasSize(1);
  }

  @Test
  void columnsMakeItLowAndWide() {
    Diagram whole = Diagram.of(Models.resnet50(), IMAGE_NET);
    FlowLayout one = whole.layout();
    FlowLayout four = whole.columns(4).layout();
    assertThat(four.height).isLessThan(0.4 * one.height);
    assertThat(four.boxes).hasSameSizeAs(one.boxes);
  }

  @Test
  void namesOfSingleLayersNeedNoFrame() {
    Unit net = seq(named("stem", conv(3, 4, 3)), named("body", seq(conv(4, 4, 3), maxPool(2, 2))));
    FlowLayout layout = Diagram.of(net, new Shape(1, 3, 8, 8)).layout();
    assertThat(layout.frames).extracting(FlowLayout.Frame::name).containsExactly("body");
  }

  @Test
  void figuresSayInWordsWhatTheyShow() {
    Shape input = new Shape(1, 64, 8, 8);
    assertThat(AltText.of(Diagram.of(basic(), input).image()))
        .contains(
            "diagram: the sum of (3×3 conv, 64 BN ReLU, then 3×3 conv, 64 BN)"
                + " and (the input itself), then ReLU");
    assertThat(text(concat(conv(64, 8, 1), named("b", conv(64, 8, 3))), input))
        .isEqualTo("the concatenation of (1×1 conv, 8) and (3×3 conv, 8)");
    assertThat(text(split(identity(), conv(32, 32, 1)), input))
        .startsWith("the concatenation of its chunk of the channels through each of (the input");
    assertThat(text(gate(conv(64, 64, 1), sigmoid()), input))
        .isEqualTo("1×1 conv, 64, then scaled by (sigmoid)");
    assertThat(text(named("layer1", seq(basic(), basic()).indexed()), input))
        .contains("2 times: [the sum of");
    Flow closed = FlowReader.read(Models.resnet50(), IMAGE_NET, 0);
    assertThat(FlowText.of(closed)).contains("layer1", "layer4").doesNotContain("[");
  }

  private static String text(Unit unit, Shape input) {
    return FlowText.of(FlowReader.read(unit, input, Integer.MAX_VALUE));
  }

  @Test
  void badArgumentsAreRefused() {
    Diagram diagram = Diagram.of(basic(), new Shape(1, 64, 8, 8));
    assertThatThrownBy(() -> diagram.depth(-1)).hasMessage("depth (-1) must not be negative");
    assertThatThrownBy(() -> diagram.columns(0)).hasMessage("columns (0) must be at least 1");
    assertThatThrownBy(() -> Diagram.of(basic(), new Shape(1, 3, 8, 8)).image())
        .hasMessageContaining("takes (N, 64, H, W), but was given (1, 3, 8, 8)");
  }

  @Test
  void eachOutputHasAnArrowWithItsShape() {
    FlowLayout layout = Diagram.of(dilated(), IMAGE_NET).depth(0).layout();
    assertThat(layout.labels)
        .extracting(FlowLayout.Label::text)
        .contains("256 × 56 × 56", "512 × 28 × 28", "1024 × 28 × 28", "2048 × 28 × 28");
    assertThat(text(maps(), new Shape(1, 64, 8, 8)))
        .isEqualTo(
            "3×3 conv, 8, /2 BN ReLU, then given out as 8 × 4 × 4, then wide: [the concatenation of"
                + " (1×1 conv, 8) and (3×3 conv, 8) and (5×5 conv, 8)], then given out as"
                + " 24 × 4 × 4, then 3×3 conv, 16, /2");
    FlowLayout heads =
        Diagram.of(seq(conv(64, 8, 3), new Heads()), new Shape(1, 64, 8, 8)).layout();
    assertThat(heads.labels)
        .extracting(FlowLayout.Label::text)
        .containsExactlyInAnyOrder("64 × 8 × 8", "8 × 8 × 8", "5 × 8 × 8", "4 × 4 × 4");
  }

  @Test
  void sideExitsAreLeftOut() {
    Flow plain = FlowReader.read(GoogLeNet.paper().build(), IMAGE_NET, 1);
    Flow with = FlowReader.read(GoogLeNet.paper().auxiliary().build(), IMAGE_NET, 1);
    assertThat(with).isEqualTo(plain);
    assertThat(with.out()).isEqualTo("1000");
  }
}
