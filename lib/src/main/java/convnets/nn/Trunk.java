package convnets.nn;

import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes a network apart where its image shrinks. What comes out are blocks of the network itself,
 * each with the scopes of names that it stood in.
 */
final class Trunk {

  /**
   * A block of the trunk.
   *
   * @param scopes the names of the scopes around it, from the outermost
   * @param name its own; null for none
   * @param stride by which it makes its input coarser
   * @param out the shape of its output
   */
  record Piece(List<String> scopes, String name, Block block, int stride, Shape out) {

    /** Another block in its place. */
    Piece with(Block other) {
      return new Piece(scopes, name, other, stride, out);
    }
  }

  /**
   * All between one fall of the resolution and the next.
   *
   * @param name of what comes last
   * @param stride in pixels of the image, as the network was designed
   * @param channels of the last map
   */
  record Part(String name, int stride, int channels, List<Piece> pieces) {}

  private final List<Piece> pieces = new ArrayList<>();
  private Shape shape;

  private Trunk(Shape input) {
    shape = input;
  }

  /** The parts of a network, each at a larger stride than the one before it. */
  static List<Part> of(Unit net, Shape input) {
    Trunk trunk = new Trunk(input);
    trunk.take(List.of(), null, net);
    Map<Block, String> paths = net.paths();
    List<Part> parts = new ArrayList<>();
    List<Piece> run = new ArrayList<>();
    int stride = 1;
    for (Piece piece : trunk.pieces) {
      if (piece.stride > 1 && !run.isEmpty()) {
        parts.add(part(run, stride, paths));
        run = new ArrayList<>();
      }
      stride *= piece.stride;
      run.add(piece);
    }
    if (run.isEmpty()) {
      throw new IllegalArgumentException(
          "net makes no image of " + input + " before it ends or pools: it has no backbone");
    }
    parts.add(part(run, stride, paths));
    return List.copyOf(parts);
  }

  private static Part part(List<Piece> run, int stride, Map<Block, String> paths) {
    int last = run.size() - 1;
    long channels = run.get(last).out.get(1);
    while (last > 0 && changesNothing(run.get(last).block)) {
      last--;
    }
    String name = path(run.get(last).block, paths);
    return new Part(
        name == null ? "stride " + stride : name, stride, (int) channels, List.copyOf(run));
  }

  /** In evaluation: what comes before it gives the map its name. */
  private static boolean changesNothing(Block block) {
    return block instanceof Dropping || block instanceof Lambda lambda && lambda.isIdentity();
  }

  /** What a block's output is called: by the block, or by what is last in it; null for nothing. */
  private static String path(Block block, Map<Block, String> paths) {
    String path = paths.get(block);
    boolean series = block instanceof Seq || block instanceof Named;
    if (path != null || !series || ((Unit) block).children().isEmpty()) {
      return path;
    }
    List<Unit.Child> children = ((Unit) block).children();
    return path(children.get(children.size() - 1).block(), paths);
  }

  /**
   * Takes a block, or the blocks in it.
   *
   * @return whether the trunk goes on behind it
   */
  private boolean take(List<String> scopes, String name, Block block) {
    if (block instanceof Seq seq && seq.isHead()) {
      return false;
    }
    if (block instanceof Auxiliary auxiliary) {
      return take(scopes, name, auxiliary.main());
    }
    if (block instanceof Named || block instanceof Seq seq && isCut(seq, name)) {
      List<String> inner = new ArrayList<>(scopes);
      if (name != null) {
        inner.add(name);
      }
      return ((Unit) block)
          .children().stream().allMatch(child -> take(inner, child.name(), child.block()));
    }
    return takeWhole(new Piece(scopes, name, block, 1, shape));
  }

  /** A series under a name stays in one piece if it shrinks the image once at most. */
  private static boolean isCut(Seq seq, String name) {
    return name == null || hasHead(seq) || !saysItsStride(seq) || Atrous.stride(seq) > 2;
  }

  private static boolean hasHead(Block block) {
    return block instanceof Seq seq && seq.isHead()
        || block instanceof Unit unit
            && unit.children().stream().anyMatch(child -> hasHead(child.block()));
  }

  private boolean takeWhole(Piece piece) {
    Shape out = piece.block.getOutputShapes(new Shape[] {shape})[0];
    if (poolsAll(piece.block) || out.dimension() != 4) {
      return false;
    }
    int stride = saysItsStride(piece.block) ? Atrous.stride(piece.block) : measured(shape, out);
    pieces.add(new Piece(piece.scopes, piece.name, piece.block, stride, out));
    shape = out;
    return true;
  }

  private static boolean poolsAll(Block block) {
    return block instanceof Unit unit
        && unit.label().role() == Role.POOLING
        && unit.window().filter(Window.WHOLE::equals).isPresent();
  }

  /** Whether all in a block tell how they move over the image. */
  private static boolean saysItsStride(Block block) {
    return block instanceof Unit unit
        && (unit.topology() == Topology.OWN
            ? unit.window().isPresent()
            : unit.children().stream().allMatch(child -> saysItsStride(child.block())));
  }

  private static int measured(Shape in, Shape out) {
    return Math.max(1, Math.round((float) in.get(2) / out.get(2)));
  }

  /** The pieces in series, within their scopes. */
  static Seq series(List<Piece> pieces) {
    return series(pieces, 0);
  }

  /**
   * The same within scopes that are open.
   *
   * @param open how many
   */
  private static Seq series(List<Piece> pieces, int open) {
    List<Unit.Child> children = new ArrayList<>();
    for (int from = 0; from < pieces.size(); ) {
      Piece first = pieces.get(from);
      if (first.scopes.size() == open) {
        children.add(new Unit.Child(first.name, first.block));
        from++;
        continue;
      }
      String scope = first.scopes.get(open);
      int to = from;
      while (to < pieces.size() && scope.equals(scope(pieces.get(to), open))) {
        to++;
      }
      children.add(new Unit.Child(scope, series(pieces.subList(from, to), open + 1)));
      from = to;
    }
    return new Seq(children);
  }

  private static String scope(Piece piece, int open) {
    return piece.scopes.size() > open ? piece.scopes.get(open) : null;
  }
}
