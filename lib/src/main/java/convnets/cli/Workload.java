package convnets.cli;

import ai.djl.ndarray.NDManager;
import convnets.models.Models;
import convnets.models.ResNet;
import convnets.nn.Unit;

/** Work that {@link RunWorkload} times, made ready once and done many times. */
interface Workload extends AutoCloseable {

  /**
   * What is asked for.
   *
   * @param workload "train", "inference", "epoch" or "operator"
   * @param model the network's name in the zoo, or "resnet20", that of ResNet's section 4.2; the
   *     operator's name
   * @param batch images at a time
   * @param size their height and width
   * @param form of inference: "plain", "prepared" or "bf16"; of training: "bf16" for mixed
   *     precision, else any
   * @param images how many an epoch has
   */
  record Setting(String workload, String model, int batch, int size, String form, int images) {

    /** The network, with its published number of classes. */
    Unit net() {
      return model.equals("resnet20") ? ResNet.cifar(20).build() : Models.create(model);
    }

    /** How many classes {@link #net} tells apart. */
    int classes() {
      return model.equals("resnet20") ? 10 : Models.entry(model).classes();
    }
  }

  /**
   * Makes work ready.
   *
   * @param manager owns what the work needs
   */
  static Workload of(Setting setting, NDManager manager) {
    return switch (setting.workload()) {
      case "train" -> new TrainingWorkload(setting, manager);
      case "inference" -> new InferenceWorkload(setting, manager);
      case "epoch" -> new EpochWorkload(setting, manager);
      case "operator" -> OperatorWorkload.of(setting.model(), manager);
      default -> throw new IllegalArgumentException("no workload " + setting.workload());
    };
  }

  /**
   * Does the work, so many times.
   *
   * @return the seconds it took
   */
  double run(int times);

  /** Frees what the manager does not own. */
  @Override
  void close();

  /** How many seconds something takes, done so many times. */
  static double seconds(int times, Runnable work) {
    return seconds(
        () -> {
          for (int i = 0; i < times; i++) {
            work.run();
          }
        });
  }

  /** How many seconds something takes. */
  static double seconds(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
