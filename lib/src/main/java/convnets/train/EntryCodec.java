package convnets.train;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A {@link Journal.Entry} as bytes, its numbers exact. */
final class EntryCodec {

  private EntryCodec() {}

  static byte[] encode(Journal.Entry entry) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(entry.history().epochs().size());
      for (History.Epoch epoch : entry.history().epochs()) {
        out.writeInt(epoch.epoch());
        out.writeDouble(epoch.rate());
        write(out, epoch.training());
        write(out, epoch.test());
        out.writeDouble(epoch.seconds());
      }
      out.writeInt(entry.history().steps().size());
      for (History.Step step : entry.history().steps()) {
        out.writeInt(step.step());
        out.writeDouble(step.rate());
        out.writeDouble(step.loss());
      }
      out.writeInt(entry.batch());
      out.writeInt(entry.sums().count());
      out.writeDouble(entry.sums().loss());
      out.writeInt(entry.sums().counts().length);
      for (double sum : entry.sums().counts()) {
        out.writeDouble(sum);
      }
      out.writeDouble(entry.seconds());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array of bytes throws none
    }
    return bytes.toByteArray();
  }

  /**
   * The other way round.
   *
   * @throws IOException if there are too few bytes
   */
  static Journal.Entry decode(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    List<History.Epoch> epochs = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      epochs.add(
          new History.Epoch(
              in.readInt(), in.readDouble(), readMetrics(in), readMetrics(in), in.readDouble()));
    }
    List<History.Step> steps = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      steps.add(new History.Step(in.readInt(), in.readDouble(), in.readDouble()));
    }
    int batch = in.readInt();
    int count = in.readInt();
    double loss = in.readDouble();
    double[] counts = new double[in.readInt()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.readDouble();
    }
    Sums sums = new Sums(count, loss, counts);
    return new Journal.Entry(new History(epochs, steps, false), batch, sums, in.readDouble());
  }

  private static void write(DataOutputStream out, Metrics metrics) throws IOException {
    out.writeInt(metrics.count());
    out.writeDouble(metrics.loss());
    out.writeInt(metrics.values().size());
    for (Map.Entry<Metric, Double> entry : metrics.values().entrySet()) {
      out.writeUTF(entry.getKey().name());
      out.writeBoolean(entry.getKey().percent());
      out.writeBoolean(entry.getKey().higherIsBetter());
      out.writeDouble(entry.getValue());
    }
  }

  private static Metrics readMetrics(DataInputStream in) throws IOException {
    int count = in.readInt();
    double loss = in.readDouble();
    Map<Metric, Double> values = new LinkedHashMap<>();
    for (int i = in.readInt(); i > 0; i--) {
      Metric metric = new Metric(in.readUTF(), in.readBoolean(), in.readBoolean());
      values.put(metric, in.readDouble());
    }
    return new Metrics(count, loss, values);
  }
}
