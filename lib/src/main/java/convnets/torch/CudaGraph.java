package convnets.torch;

import ai.djl.Device;
import ai.djl.pytorch.jni.JniUtils;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.Structure;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Work of a GPU, recorded once and then started as a whole: CUDA's graphs. A small network's step
 * is some hundred kernels of a few microseconds each, and the host takes longer to start them one
 * by one than the GPU to compute them.
 *
 * <p>What is recorded is kernels and the places in memory that they read and write. So the work
 * must do the same each time: read its input from arrays that stay where they are, decide nothing
 * on the host, and neither wait for the device nor make arrays of Java's numbers on it. What it
 * draws is drawn anew each time, by the engine's seed.
 *
 * <p>DJL knows no graphs. PyTorch's class {@code at::cuda::CUDAGraph} is called where its library
 * is (as DJL itself asks CUDA how many GPUs there are), by the names that the compiler of PyTorch's
 * builds for Linux on x86-64 gives its methods. Its errors cannot be caught from here and would end
 * the process, so that whatever may fail is asked for in C, and where anything is missing, there
 * are no graphs. While one is recorded, nothing else in the process may draw random numbers on the
 * GPU.
 */
public final class CudaGraph implements AutoCloseable {

  private static final String VARIABLE = "CONVNETS_CUDA_GRAPHS";
  private static final String PROPERTY = "convnets.cuda.graphs";

  /** More than PyTorch's object takes, which holds a dozen words and a table. */
  private static final int OBJECT_BYTES = 4096;

  /** Forbids what cannot be recorded to the recording thread alone. */
  private static final int THREAD_LOCAL = 1;

  /** Still recording, and all is well. */
  private static final int ACTIVE = 1;

  private final Memory object;
  private boolean open = true;

  private CudaGraph(Memory object) {
    this.object = object;
  }

  /** A stream of PyTorch's, as its two words. */
  @Structure.FieldOrder({"device", "id"})
  public static class Stream extends Structure implements Structure.ByValue {
    public long device;
    public long id;
  }

  /** What is called, loaded when first wanted, once; empty where a part is missing. */
  private static final class Loaded {
    static final Optional<Calls> CALLS = Calls.load();
  }

  /**
   * Whether work of a device can be recorded: that of the first GPU, where PyTorch's library is as
   * expected, and the environment variable {@code CONVNETS_CUDA_GRAPHS} (or the system property
   * {@code convnets.cuda.graphs}) is not {@code off}.
   */
  public static boolean available(Device device) {
    return device.equals(Device.gpu(0))
        && !"off".equalsIgnoreCase(System.getProperty(PROPERTY, System.getenv(VARIABLE)))
        && Loaded.CALLS.isPresent();
  }

  /**
   * Records work without doing it. Arrays that it makes keep their places for {@link #replay}; they
   * hold numbers after that only.
   *
   * @param work on the first GPU, which has been done as it is a few times before
   * @return the recording
   * @throws RuntimeException what the work throws, as it does if it waits for the device; nothing
   *     is recorded then
   */
  public static CudaGraph record(Runnable work) {
    Calls calls = Loaded.CALLS.orElseThrow();
    synchronized (CudaGraph.class) {
      JniUtils.emptyCudaCache(); // a recording takes memory of its own
      Stream before = calls.current();
      calls.setCurrent(calls.recording());
      try {
        return calls.record(work);
      } finally {
        calls.setCurrent(before);
      }
    }
  }

  /** Starts the work; the host does not wait for it. */
  public void replay() {
    if (!open) {
      throw new IllegalStateException("this graph has been closed");
    }
    Loaded.CALLS.orElseThrow().replay.invoke(new Object[] {object});
  }

  /** Frees the recording and its memory. Closing twice does no harm. */
  @Override
  public void close() {
    if (open) {
      open = false;
      Loaded.CALLS.orElseThrow().destroy.invoke(new Object[] {object});
    }
  }

  /** The functions. */
  private static final class Calls {
    private static final String GRAPH = "_ZN2at4cuda9CUDAGraph";

    private final Function construct;
    private final Function destroy;
    private final Function begin;
    private final Function end;
    private final Function replay;
    private final Function currentStream;
    private final Function setCurrentStream;
    private final Function streamFromPool;
    private final Function rawStream;
    private final Function status;
    private final Function beginRaw;
    private final Function endRaw;
    private final Function destroyRaw;
    private Stream recording;

    private Calls(NativeLibrary torch, NativeLibrary c10, NativeLibrary cuda) {
      construct = constructor(torch);
      destroy = torch.getFunction(GRAPH + "D1Ev");
      begin = torch.getFunction(GRAPH + "13capture_beginESt4pairIyyE21cudaStreamCaptureMode");
      end = torch.getFunction(GRAPH + "11capture_endEv");
      replay = torch.getFunction(GRAPH + "6replayEv");
      currentStream = c10.getFunction("_ZN3c104cuda20getCurrentCUDAStreamEa");
      setCurrentStream = c10.getFunction("_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE");
      streamFromPool = c10.getFunction("_ZN3c104cuda17getStreamFromPoolEba");
      rawStream = c10.getFunction("_ZNK3c104cuda10CUDAStream6streamEv");
      status = cuda.getFunction("cudaStreamIsCapturing");
      beginRaw = cuda.getFunction("cudaStreamBeginCapture");
      endRaw = cuda.getFunction("cudaStreamEndCapture");
      destroyRaw = cuda.getFunction("cudaGraphDestroy");
    }

    /** With whether to keep what the graph was made of, since PyTorch 2.8, or without. */
    private static Function constructor(NativeLibrary torch) {
      try {
        return torch.getFunction(GRAPH + "C1Eb");
      } catch (UnsatisfiedLinkError e) {
        return torch.getFunction(GRAPH + "C1Ev");
      }
    }

    static Optional<Calls> load() {
      boolean linux = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
      if (!linux || !MemoryLayout.X86) {
        return Optional.empty();
      }
      try {
        List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
        return Optional.of(
            new Calls(
                library(maps, "libtorch_cuda.so"),
                library(maps, "libc10_cuda.so"),
                library(maps, "libcudart")));
      } catch (IOException | UnsatisfiedLinkError e) {
        return Optional.empty();
      }
    }

    /** A library that the process has loaded, by the start of its file's name. */
    private static NativeLibrary library(List<String> maps, String name) {
      return maps.stream()
          .map(line -> line.substring(line.indexOf('/') + 1))
          .filter(path -> path.substring(path.lastIndexOf('/') + 1).startsWith(name))
          .findFirst()
          .map(path -> NativeLibrary.getInstance("/" + path))
          .orElseThrow(() -> new UnsatisfiedLinkError(name + " is not loaded"));
    }

    Stream current() {
      return (Stream) currentStream.invoke(Stream.class, new Object[] {(byte) 0});
    }

    void setCurrent(Stream stream) {
      setCurrentStream.invoke(new Object[] {stream});
    }

    /** What is recorded must not be on the stream where everything else is. */
    Stream recording() {
      if (recording == null) {
        recording = (Stream) streamFromPool.invoke(Stream.class, new Object[] {0, (byte) 0});
      }
      return recording;
    }

    /** On the stream for it. */
    CudaGraph record(Runnable work) {
      Memory object = new Memory(OBJECT_BYTES);
      object.clear();
      construct.invoke(new Object[] {object, 0});
      begin.invoke(new Object[] {object, 0L, 0L, THREAD_LOCAL});
      CudaGraph graph = new CudaGraph(object);
      boolean recorded = false;
      try {
        work.run();
        recorded = status() == ACTIVE;
        if (!recorded) {
          throw new IllegalStateException("CUDA cannot record this work");
        }
      } finally {
        if (!recorded) {
          putEmptyOneInItsPlace();
        }
        end.invoke(new Object[] {object});
        if (!recorded) {
          graph.close();
        }
      }
      return graph;
    }

    private int status() {
      IntByReference status = new IntByReference();
      int error = this.status.invokeInt(new Object[] {rawRecording(), status});
      return error == 0 ? status.getValue() : -1;
    }

    /**
     * Ends a recording that has failed, in C, and begins one of nothing: PyTorch's object can be
     * ended then without an error, and forgets that it records.
     */
    private void putEmptyOneInItsPlace() {
      PointerByReference graph = new PointerByReference();
      endRaw.invokeInt(new Object[] {rawRecording(), graph});
      if (graph.getValue() != null) {
        destroyRaw.invokeInt(new Object[] {graph.getValue()});
      }
      beginRaw.invokeInt(new Object[] {rawRecording(), THREAD_LOCAL});
    }

    private Pointer rawRecording() {
      Memory stream = new Memory(2L * Long.BYTES);
      stream.setLong(0, recording.device);
      stream.setLong(Long.BYTES, recording.id);
      return rawStream.invokePointer(new Object[] {stream});
    }
  }
}
