package convnets.models;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.GradientCollector;
import ai.djl.training.Trainer;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.NoopTranslator;
import convnets.train.AuxiliaryLoss;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network is a plain DJL block: in DJL's trainer, its predictor and its files. */
class DjlTest {

  private static final int CLASSES = 5;
  private static final int BATCH = 4;

  @ParameterizedTest
  @MethodSource("convnets.models.Zoo#names")
  void aNetworkTrainsPredictsAndIsSavedByDjl(
      String name, @TempDir(cleanup = CleanupMode.ALWAYS) Path folder) throws Exception {
    Shape input = Zoo.smallInput(name, BATCH, CLASSES);
    try (NDManager manager = NDManager.newBaseManager();
        Model model = Model.newInstance(name);
        Model copy = Model.newInstance(name)) {
      manager.getEngine().setRandomSeed(1);
      NDArray images = manager.randomNormal(input);
      model.setBlock(Models.create(name, CLASSES));
      train(model, images, manager.arange(BATCH), 1e-5f, 1);
      float[] logits = predict(model, images);
      assertThat(logits).hasSize(BATCH * CLASSES).doesNotContain(Float.NaN);
      model.save(folder, name);
      copy.setBlock(Models.create(name, CLASSES));
      copy.load(folder, name);
      assertThat(predict(copy, images)).containsExactly(logits);
    }
  }

  @Test
  void aNetworkLearnsInDjlsTrainer() {
    try (NDManager manager = NDManager.newBaseManager();
        Model model = Model.newInstance("resnet8")) {
      manager.getEngine().setRandomSeed(1);
      model.setBlock(ResNet.cifar(8).build());
      NDArray images = manager.randomNormal(new Shape(8, 3, 32, 32));
      float[] losses = train(model, images, manager.arange(8), 0.1f, 22);
      assertThat(losses[21]).isLessThan(losses[0] / 2);
    }
  }

  /** The loss of each step. */
  private static float[] train(Model model, NDArray images, NDArray labels, float rate, int steps) {
    float[] losses = new float[steps];
    Optimizer sgd = Optimizer.sgd().setLearningRateTracker(Tracker.fixed(rate)).build();
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(new AuxiliaryLoss(Loss.softmaxCrossEntropyLoss(), 0.3))
            .optOptimizer(sgd);
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(images.getShape());
      for (int i = 0; i < steps; i++) {
        try (GradientCollector collector = trainer.newGradientCollector()) {
          NDList outputs = trainer.forward(new NDList(images));
          NDArray loss = trainer.getLoss().evaluate(new NDList(labels), outputs);
          collector.backward(loss);
          losses[i] = loss.getFloat();
        }
        trainer.step();
      }
    }
    return losses;
  }

  private static float[] predict(Model model, NDArray images) throws Exception {
    try (Predictor<NDList, NDList> predictor = model.newPredictor(new NoopTranslator(null))) {
      return predictor.predict(new NDList(images)).singletonOrThrow().toFloatArray();
    }
  }
}
