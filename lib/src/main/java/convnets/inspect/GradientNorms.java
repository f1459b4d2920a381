package convnets.inspect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.training.GradientCollector;
import ai.djl.training.ParameterStore;
import ai.djl.training.loss.Loss;
import ai.djl.util.Pair;
import convnets.nn.RunningStatistics;
import convnets.nn.Unit;
import convnets.torch.HostCopy;
import convnets.torch.ParameterOps;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * How strong the gradient is that reaches each layer: the Euclidean norm of the gradient of the
 * mean cross-entropy, for the weights of each convolution and fully connected layer. Side exits for
 * training take no part: their gradients are zero.
 *
 * <p>The network is left as it was, running statistics included, with all gradients zero.
 *
 * @param rows one a layer, in the order of the data
 */
public record GradientNorms(List<Row> rows) {

  /**
   * One layer.
   *
   * @param path its name, as in "layer1.0.conv1"
   * @param gradient the norm of the gradient of its weights
   * @param weight the norm of its weights
   */
  public record Row(String path, double gradient, double weight) {}

  /** For callers who compose rows of their own. */
  public GradientNorms {
    rows = List.copyOf(rows);
  }

  /**
   * Measures with the statistics of the batch, as in a step of training.
   *
   * @param net an initialised network that gives a score a class, (N, classes)
   * @param images its input
   * @param labels the true classes, (N)
   */
  public static GradientNorms of(Unit net, NDArray images, NDArray labels) {
    return RunningStatistics.unmoved(
        net, images.getManager(), () -> measure(net, images, labels, true));
  }

  /**
   * Measures with the running statistics, as in evaluation.
   *
   * @param net an initialised network that gives a score a class, (N, classes)
   * @param images its input
   * @param labels the true classes, (N)
   */
  public static GradientNorms inEvaluation(Unit net, NDArray images, NDArray labels) {
    return measure(net, images, labels, false);
  }

  private static GradientNorms measure(Unit net, NDArray images, NDArray labels, boolean training) {
    clearGradients(net);
    try (NDManager manager = images.getManager().newSubManager()) {
      backward(net, copy(images, manager), copy(labels, manager), training);
      List<Row> rows = new ArrayList<>();
      for (Pair<String, Parameter> pair : net.getParameters()) {
        Parameter parameter = pair.getValue();
        if (parameter.getType() == Parameter.Type.WEIGHT && parameter.requiresGradient()) {
          try (NDArray gradient = parameter.getArray().getGradient()) {
            String path = pair.getKey().replaceAll("\\.?weight$", "");
            rows.add(new Row(path, norm(gradient), norm(parameter.getArray())));
          }
        }
      }
      return new GradientNorms(rows);
    } finally {
      clearGradients(net);
    }
  }

  /** A copy, all that is computed from which goes when its manager goes. */
  private static NDArray copy(NDArray array, NDManager manager) {
    NDArray copy = array.duplicate();
    copy.attach(manager);
    return copy;
  }

  private static void backward(Unit net, NDArray images, NDArray labels, boolean training) {
    NDManager manager = images.getManager();
    try (GradientCollector collector = manager.getEngine().newGradientCollector()) {
      ParameterStore store = new ParameterStore(manager, false);
      NDArray scores = net.forward(store, new NDList(images), training).head();
      Loss loss = Loss.softmaxCrossEntropyLoss();
      collector.backward(loss.evaluate(new NDList(labels), new NDList(scores)));
    }
  }

  private static double norm(NDArray array) {
    try (NDArray squares = array.square();
        NDArray sum = squares.sum()) {
      return Math.sqrt(HostCopy.floats(sum)[0]);
    }
  }

  /** Zeroes what has been summed up so far: gradients add to what is there. */
  private static void clearGradients(Unit net) {
    try (NDList gradients = new NDList()) {
      for (Parameter parameter : net.getParameters().values()) {
        if (parameter.requiresGradient()) {
          gradients.add(parameter.getArray().getGradient());
        }
      }
      ParameterOps.zeroAll(gradients);
    }
  }

  /** The norms of the gradients alone, one a layer. */
  public double[] gradients() {
    return rows.stream().mapToDouble(Row::gradient).toArray();
  }

  /** The norms as a table: layer, gradient norm, weight norm. */
  public Table table() {
    return Table.create(
        "gradient norms",
        StringColumn.create("layer", rows.stream().map(Row::path)),
        column("gradient norm", rows.stream().mapToDouble(Row::gradient)),
        column("weight norm", rows.stream().mapToDouble(Row::weight)));
  }

  private static DoubleColumn column(String name, DoubleStream numbers) {
    DoubleColumn column = DoubleColumn.create(name, numbers.toArray());
    column.setPrintFormatter(Formats.significant(3)); // they differ by orders of magnitude
    return column;
  }
}
