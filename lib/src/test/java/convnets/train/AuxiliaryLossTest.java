package convnets.train;

import static convnets.nn.Combinators.auxiliary;
import static convnets.nn.Combinators.named;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import convnets.data.ImageDataset;
import convnets.nn.Unit;
import org.junit.jupiter.api.Test;

class AuxiliaryLossTest {

  @Test
  void addsAShareOfEachHead() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDList labels = new NDList(manager.create(new long[] {2, 0, 1}));
      NDList outputs = new NDList();
      double expected = 0;
      Loss one = Loss.softmaxCrossEntropyLoss();
      for (double weight : new double[] {1, 0.4, 0.4}) {
        outputs.add(manager.randomNormal(new Shape(3, 4)));
        NDList last = new NDList(outputs.get(outputs.size() - 1));
        expected += weight * one.evaluate(labels, last).getFloat();
      }
      Loss loss = new AuxiliaryLoss(one, 0.4);
      assertThat((double) loss.evaluate(labels, outputs).getFloat())
          .isCloseTo(expected, within(1e-5));
      NDList evaluation = new NDList(outputs.head());
      assertThat(loss.evaluate(labels, evaluation).getFloat())
          .isEqualTo(one.evaluate(labels, evaluation).getFloat());
      assertThat(loss.getName()).isEqualTo(one.getName());
    }
  }

  /** By DJL's own loop: main path and head share nothing, and both learn. */
  @Test
  void trainsANetworkWithHeadsInDjlsTrainer() throws Exception {
    try (NDManager manager = NDManager.newBaseManager();
        Model model = Model.newInstance("heads")) {
      manager.getEngine().setRandomSeed(1);
      ImageDataset rows = Fixtures.rows(manager, 300, 1);
      NDArray images = rows.images().toType(DataType.FLOAT32, true).div(255);
      NDArray labels = rows.labels();
      Unit head = Fixtures.linearNet();
      model.setBlock(auxiliary(Fixtures.linearNet(), named("head", head)));
      DefaultTrainingConfig config =
          new DefaultTrainingConfig(new AuxiliaryLoss(Loss.softmaxCrossEntropyLoss(), 0.3))
              .optOptimizer(Optimizer.sgd().setLearningRateTracker(Tracker.fixed(0.5f)).build());
      ArrayDataset data =
          new ArrayDataset.Builder()
              .setData(images)
              .optLabels(labels)
              .setSampling(50, true)
              .build();
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(50, 1, Fixtures.SIZE, Fixtures.SIZE));
        NDList truth = new NDList(labels);
        Loss one = Loss.softmaxCrossEntropyLoss();
        float before = one.evaluate(truth, new NDList(head.apply(images))).getFloat();
        float total =
            trainer.getLoss().evaluate(truth, trainer.evaluate(new NDList(images))).getFloat();
        EasyTrain.fit(trainer, 12, data, data);
        assertThat(one.evaluate(truth, new NDList(head.apply(images))).getFloat())
            .isLessThan(0.7f * before);
        assertThat(
                trainer.getLoss().evaluate(truth, trainer.evaluate(new NDList(images))).getFloat())
            .isLessThan(0.7f * total);
      }
    }
  }

  @Test
  void argumentsAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AuxiliaryLoss(Loss.softmaxCrossEntropyLoss(), -1))
        .withMessage("weight (-1.0) must be 0 or above");
  }
}
