package convnets.train;

import static convnets.data.Transforms.flip;
import static convnets.nn.Combinators.seq;
import static convnets.nn.Layers.conv;
import static convnets.nn.Layers.flatten;
import static convnets.nn.Layers.linear;
import static convnets.nn.Layers.relu;
import static convnets.nn.Layers.tanh;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import convnets.data.Examples;
import convnets.data.Source;
import convnets.data.Target;
import convnets.detect.AnchorShape;
import convnets.detect.Anchors;
import convnets.detect.CenterNet;
import convnets.detect.DetectionDesign;
import convnets.detect.DetectionMeasure;
import convnets.detect.DetectionTask;
import convnets.detect.FasterRCNN;
import convnets.detect.FasterRCNNTask;
import convnets.detect.Overlap;
import convnets.detect.RoiAlign;
import convnets.detect.SSD;
import convnets.gan.CycleGAN;
import convnets.gan.Gan;
import convnets.gan.GradientPenalty;
import convnets.gan.Latent;
import convnets.gan.MLP;
import convnets.gan.Pix2Pix;
import convnets.gan.Psnr;
import convnets.nn.Backbone;
import convnets.nn.Layers;
import convnets.nn.Unit;
import convnets.segment.Segmentation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small problems of every kind, each of which one loop learns in a second. */
public enum Toy {
  CLASSES(Classification.ERROR, 0.1) {
    @Override
    Play play(NDManager manager) {
      Unit net = Fixtures.convNet();
      return of(
              Training.of(net).augment(flip()).smoothing(0.1),
              net,
              n -> Fixtures.rows(manager, n, n))
          .sgd(0.1);
    }
  },

  LINE(Metric.LOSS, 1e-3) {
    @Override
    Play play(NDManager manager) {
      Unit net = linear(3, 1);
      Task task = Task.regression("squared error", (y, target) -> y.sub(target).square().mean());
      return of(Training.of(net).task(task), net, n -> line(manager, n)).sgd(0.05);
    }
  },

  MASKS(Rectangles.IOU, 0.9) {
    @Override
    Play play(NDManager manager) {
      Unit net = seq(conv(1, 8, 3).bn().relu(), conv(8, 2, 1));
      return of(
              Training.of(net).task(new Rectangles.Masks()), net, n -> Rectangles.masks(manager, n))
          .adam(0.02);
    }
  },

  PIXELS(Segmentation.MEAN_IOU, 0.9) {
    @Override
    Play play(NDManager manager) {
      Unit net = seq(conv(1, 8, 3).bn().relu(), conv(8, 2, 1).bias());
      Task task = Segmentation.standard().dice(1).focal(1).classWeights(1, 2);
      return of(
              Training.of(net).task(task).augment(flip()),
              net,
              n -> Rectangles.masks(manager, n).kinds(Target.MASK))
          .adam(0.02);
    }
  },

  BOXES(Rectangles.CLOSE, 0.2) {
    @Override
    Play play(NDManager manager) {
      Unit net =
          seq(flatten(), linear(Rectangles.SIZE * Rectangles.SIZE, 64), relu(), linear(64, 4));
      return of(
              Training.of(net).task(new Rectangles.Boxes()), net, n -> Rectangles.boxes(manager, n))
          .adam(0.02);
    }
  },

  ANCHORS(DetectionMeasure.MAP, 0.3) {
    @Override
    Play play(NDManager manager) {
      SSD ssd = SSD.of(backbone(), 1).anchors(anchors()).pyramid(8);
      return found(manager, ssd, ssd.task().boxLoss(Overlap.GIOU));
    }
  },

  CENTERS(DetectionMeasure.MAP, 0.3) {
    @Override
    Play play(NDManager manager) {
      CenterNet design = CenterNet.of(backbone(), 1).width(16);
      return found(manager, design, design.task());
    }
  },

  PROPOSALS(DetectionMeasure.MAP, 0.3) {
    @Override
    Play play(NDManager manager) {
      FasterRCNN design =
          FasterRCNN.of(backbone(), 1)
              .pyramid(8)
              .anchors(anchors())
              .proposals(8)
              .roi(RoiAlign.of(3))
              .hidden(32);
      FasterRCNNTask task = design.task().drawnAnchors(24, 0.5).drawnProposals(6, 0.5);
      return found(manager, design, task);
    }
  },

  PAIRS(Psnr.PSNR, 20) {
    @Override
    Play play(NDManager manager) {
      Unit generator = seq(conv(1, 4, 3).bn().relu(), conv(4, 1, 3).bias(), tanh());
      Unit discriminator = seq(conv(2, 4, 3).bn().leakyRelu(0.2), conv(4, 1, 1).bias());
      Pix2Pix learner = Pix2Pix.of(generator, discriminator, 1);
      return translated(
          Training.of(learner).augment(flip()),
          Map.of("generator", generator, "discriminator", discriminator),
          n -> Rectangles.inverted(manager, n));
    }
  },

  CYCLES(CycleGAN.THERE, 12) {
    @Override
    Play play(NDManager manager) {
      List<Unit> nets = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        nets.add(seq(conv(1, 4, 3).norm(Layers::batchNorm).relu(), conv(4, 1, 3).bias(), tanh()));
      }
      for (int i = 0; i < 2; i++) {
        nets.add(seq(conv(1, 4, 3).leakyRelu(0.2), conv(4, 1, 3).bias()));
      }
      CycleGAN learner =
          CycleGAN.of(nets.get(0), nets.get(1), nets.get(2), nets.get(3))
              .pool(10, new Shape(1, Rectangles.SIZE, Rectangles.SIZE));
      Map<String, Block> players = new LinkedHashMap<>();
      learner.players().forEach(player -> players.put(player.name(), player.net()));
      return translated(Training.of(learner), players, n -> Rectangles.inverted(manager, n));
    }
  },

  GAME(Forgery.DISTANCE, 0.5) {
    @Override
    Play play(NDManager manager) {
      Forgery game = Forgery.create();
      Play play =
          new Play(
              Training.of(game).data(Forgery.cloud(manager, 400), Forgery.cloud(manager, 100)),
              Map.of("generator", game.generator().net(), "expert", game.expert().net()));
      return play.with(play.training.schedule(Schedule.constant(0.01)));
    }
  },

  GAN(Gan.GENERATOR_LOSS, 1.2) {
    @Override
    Play play(NDManager manager) {
      MLP design = MLP.of(new Shape(2)).latent(3).hidden(16);
      Unit generator = design.batchNorm().generator();
      Unit expert = design.spectralNorm().minibatchStatistics().discriminator();
      Optimizer adam = AdamW.standard().betas(0.5, 0.9).decay(0);
      Gan gan =
          Gan.of(
                  Player.of("generator", generator).optimizer(adam).average(Averaging.decay(0.9)),
                  Player.of("expert", expert).optimizer(adam),
                  Latent.normal(3))
              .critics(2)
              .clipWeights(2)
              .penalty(GradientPenalty.gradient(0.1));
      Play play =
          new Play(
              Training.of(gan).data(Forgery.cloud(manager, 400), Forgery.cloud(manager, 100)),
              Map.of("generator", generator, "expert", expert));
      return play.with(play.training.schedule(Schedule.constant(0.01)));
    }
  };

  /** Its metric and what a learned one reaches. */
  public final Metric leading;

  final double good;

  Toy(Metric leading, double good) {
    this.leading = leading;
    this.good = good;
  }

  /** The training, of fresh networks. */
  abstract Play play(NDManager manager);

  /** Of twelve epochs of twenty steps, all of which are the same each time. */
  public Training training(NDManager manager) {
    return play(manager).training;
  }

  boolean reached(double value) {
    return leading.higherIsBetter() ? value > good : value < good;
  }

  /** A training and its networks by name. */
  record Play(Training training, Map<String, Block> nets) {

    Play {
      training = training.epochs(12).batchSize(20).seed(1).device(Device.cpu());
    }

    Play with(Training training) {
      return new Play(training, nets);
    }

    Play sgd(double rate) {
      return with(training.optimizer(Sgd.momentum(0.9)).schedule(Schedule.oneCycle(rate, 0.3)));
    }

    Play adam(double rate) {
      return with(training.optimizer(AdamW.standard()).schedule(Schedule.oneCycle(rate, 0.3)));
    }
  }

  private static Backbone backbone() {
    Unit net =
        seq(
            conv(1, 8, 3).stride(2).bn().relu(),
            conv(8, 16, 3).bn().relu(),
            conv(16, 16, 3).stride(2).bn().relu());
    return Backbone.of(net, new Shape(1, 1, Rectangles.SIZE, Rectangles.SIZE)).at(2, 4);
  }

  private static Anchors anchors() {
    double[] ratios = {1, 2, 0.5};
    return Anchors.of(AnchorShape.everyPair(new double[] {4}, ratios))
        .and(AnchorShape.everyPair(new double[] {7}, ratios));
  }

  private static Play found(NDManager manager, DetectionDesign design, DetectionTask task) {
    Unit net = design.build();
    return of(Training.of(net).task(task).augment(flip()), net, n -> Rectangles.things(manager, n))
        .adam(0.01);
  }

  private static Play translated(Training training, Map<String, Block> nets, Data data) {
    return new Play(training.data(data.of(400), data.of(100)), nets).adam(0.01);
  }

  private interface Data {
    Source of(int n);
  }

  private static Play of(Training training, Block net, Data data) {
    return new Play(training.data(data.of(400), data.of(100)), Map.of("net", net));
  }

  private static Examples line(NDManager manager, int n) {
    Random random = new Random(n);
    float[] x = new float[3 * n];
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < 3; k++) {
        x[3 * i + k] = (float) random.nextGaussian();
        y[i] += (k - 1.5f) * x[3 * i + k] + 0.1f;
      }
    }
    return Examples.of(manager.create(x, new Shape(n, 3)), manager.create(y, new Shape(n, 1)));
  }
}
