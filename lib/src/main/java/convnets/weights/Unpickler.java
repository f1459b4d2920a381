package convnets.weights;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads one pickle of a checkpoint: those opcodes that {@code torch.save} writes, with protocols 2
 * to 5. Names that are not in {@link TorchGlobals} stay names, and what is made of them is nothing.
 *
 * <p>A reader of its own, as PyTorch's {@code weights_only} has one: a general library takes memory
 * as an opcode's length asks for before it looks whether the file has as many bytes, makes objects
 * for names of its own list (dates, arrays, sets that hash what they are given), and hashes
 * recursive containers until the stack ends. Here no opcode recurses, bytes are counted before they
 * are taken, entries whose keys are neither texts nor numbers are passed over (they might contain
 * themselves), and the number of steps is bounded: what is held is in proportion to the file,
 * besides its texts a few hundred megabytes at most.
 *
 * <p>In Java a dict is a {@link LinkedHashMap}, a list an {@link ArrayList}, a tuple an
 * unmodifiable list, an int a {@link Long}, and {@code None} is null.
 */
final class Unpickler {

  /** Opcodes, and items of lists in calls; the largest networks take a few hundred thousand. */
  private static final int MAX_STEPS = 1 << 22;

  private static final int MAX_PROTOCOL = 5;

  /** What a layout makes of a persistent id: a storage. */
  interface PersistentIds {
    /**
     * Finds what an id stands for.
     *
     * @throws IllegalArgumentException if it is no id of this layout
     */
    Object load(List<?> id) throws IOException;
  }

  private final ByteCursor in;
  private final PersistentIds ids;
  private final ArrayList<Object> stack = new ArrayList<>();

  /** Sizes of the stack at marks that are open. */
  private final ArrayList<Integer> marks = new ArrayList<>();

  private final Map<Long, Object> memo = new HashMap<>();

  private int stepsLeft = MAX_STEPS;

  private Unpickler(ByteCursor in, PersistentIds ids) {
    this.in = in;
    this.ids = ids;
  }

  /** Reads a pickle; afterwards, the cursor is behind it. */
  static Object load(ByteCursor in, PersistentIds ids) throws IOException {
    Unpickler unpickler = new Unpickler(in, ids);
    long at = in.position();
    try {
      while (true) {
        unpickler.spend(1);
        at = in.position();
        int opcode = in.uint8();
        if (opcode == '.') {
          return unpickler.pop();
        }
        unpickler.run(opcode);
      }
    } catch (IllegalArgumentException e) {
      throw MalformedException.damaged("its pickle is wrong at byte %d: %s", at, e.getMessage());
    }
  }

  private void spend(int steps) throws MalformedException {
    if (steps > stepsLeft) {
      throw MalformedException.foreign("its pickle has more than %d steps", MAX_STEPS);
    }
    stepsLeft -= steps;
  }

  /** Reads a pickle without persistent ids. */
  static Object load(ByteCursor in) throws IOException {
    return load(
        in,
        id -> {
          throw new IllegalArgumentException("an unexpected persistent id");
        });
  }

  /** Runs an opcode; they are explained in Python's {@code pickletools}. */
  private void run(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> protocol(in.uint8());
      case 0x95 -> in.int64(); // FRAME: a hint for buffering
      case '(' -> marks.add(stack.size());

      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.int32());
      case 'K' -> push((long) in.uint8());
      case 'M' -> push((long) in.uint16());
      case 0x8a -> push(integer(in.bytes(in.uint8())));
      case 0x8b -> push(integer(in.bytes(in.int32())));
      case 'G' -> push(in.bigEndianDouble());

      case 'X' -> push(in.utf8(in.uint32()));
      case 0x8c -> push(in.utf8(in.uint8()));
      case 0x8d -> push(in.utf8(in.int64()));
      case 'T' -> push(in.utf8(in.int32()));
      case 'U' -> push(in.utf8(in.uint8()));
      case 'B' -> skip(in.uint32());
      case 'C' -> skip(in.uint8());
      case 0x8e, 0x96 -> skip(in.int64());

      case ')' -> push(List.of());
      case 0x85 -> push(tuple(popFrom(stack.size() - 1)));
      case 0x86 -> push(tuple(popFrom(stack.size() - 2)));
      case 0x87 -> push(tuple(popFrom(stack.size() - 3)));
      case 't' -> push(tuple(popToMark()));
      case ']' -> push(new ArrayList<>());
      case 'a' -> append(popFrom(stack.size() - 1));
      case 'e' -> append(popToMark());
      case '}' -> push(new LinkedHashMap<>());
      case 's' -> setItems(popFrom(stack.size() - 2));
      case 'u' -> setItems(popToMark());
      case 0x8f -> push(TorchGlobals.IGNORED); // EMPTY_SET
      case 0x90 -> popToMark(); // ADDITEMS
      case 0x91 -> { // FROZENSET
        popToMark();
        push(TorchGlobals.IGNORED);
      }
      case '0' -> drop();
      case '1' -> popToMark();
      case '2' -> push(peek());

      case 'h' -> push(recall(in.uint8()));
      case 'j' -> push(recall(in.uint32()));
      case 'q' -> memo.put((long) in.uint8(), peek());
      case 'r' -> memo.put(in.uint32(), peek());
      case 0x94 -> memo.put((long) memo.size(), peek());

      case 'c' -> push(TorchGlobals.find(in.line(), in.line()));
      case 0x93 -> {
        List<Object> names = popFrom(stack.size() - 2);
        push(TorchGlobals.find(text(names.get(0)), text(names.get(1))));
      }
      case 'R', 0x81 -> call(popFrom(stack.size() - 2));
      case 0x92 -> call(popFrom(stack.size() - 3)); // NEWOBJ_EX: the third are named arguments
      case 'b' -> build(pop());
      case 'Q' -> push(ids.load(sequence(pop())));

      default ->
          throw MalformedException.damaged(
              "its pickle has, before byte %d, the opcode 0x%02x, which torch.save does not write",
              in.position(), opcode);
    }
  }

  private static void protocol(int version) throws MalformedException {
    if (version > MAX_PROTOCOL) {
      throw MalformedException.damaged("its pickle is of protocol %d", version);
    }
  }

  /** Bytes that are not text: no weights are in them. */
  private void skip(long count) throws IOException {
    in.skip(count);
    push(TorchGlobals.IGNORED);
  }

  /** An integer of any length, little-endian in two's complement. */
  private static Object integer(byte[] bytes) {
    if (bytes.length == 0) {
      return 0L;
    }
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte swapped = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = swapped;
    }
    BigInteger number = new BigInteger(bytes);
    return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
  }

  private void append(List<Object> items) {
    Object top = peek();
    if (top instanceof ArrayList<?>) {
      @SuppressWarnings("unchecked") // every ArrayList on the stack was made by EMPTY_LIST
      ArrayList<Object> list = (ArrayList<Object>) top;
      list.addAll(items);
    } else if (!(top instanceof TorchGlobals.Foreign)) {
      throw new IllegalArgumentException("items for what is no list");
    }
  }

  private void setItems(List<Object> items) {
    Object top = peek();
    if (top instanceof TorchGlobals.Foreign) {
      return;
    }
    if (!(top instanceof LinkedHashMap<?, ?>) || items.size() % 2 != 0) {
      throw new IllegalArgumentException("items for what is no dict");
    }
    @SuppressWarnings("unchecked") // every LinkedHashMap on the stack was made for a dict
    LinkedHashMap<Object, Object> dict = (LinkedHashMap<Object, Object>) top;
    for (int i = 0; i < items.size(); i += 2) {
      put(dict, items.get(i), items.get(i + 1));
    }
  }

  /**
   * Puts an entry into a dict, if its key is a text or a number: containers are not hashed, for
   * they might contain themselves, and weights have names.
   */
  static void put(Map<Object, Object> dict, Object key, Object value) {
    if (key instanceof String || key instanceof Number || key instanceof Boolean) {
      dict.put(key, value);
    }
  }

  /** REDUCE and NEWOBJ: a function of the closed list, or something foreign, and its arguments. */
  private void call(List<Object> functionAndArguments) throws MalformedException {
    List<?> arguments = sequence(functionAndArguments.get(1));
    for (Object argument : arguments) {
      if (argument instanceof List<?> list) {
        spend(list.size()); // a list can be recalled and copied again and again
      }
    }
    Object function = functionAndArguments.get(0);
    if (function instanceof TorchGlobals.Function known) {
      push(known.call(arguments));
    } else if (function instanceof TorchGlobals.Foreign) {
      push(function); // nothing is run: what it would make is as foreign as it is itself
    } else {
      throw new IllegalArgumentException("a call of what is no function");
    }
  }

  /** Attributes of an object: those of an OrderedDict hold versions of modules, no weights. */
  private void build(Object ignoredState) {
    Object top = peek();
    if (!(top instanceof TorchGlobals.Foreign)
        && !(top instanceof LinkedHashMap<?, ?>)
        && !(top instanceof TorchTensor)) {
      throw new IllegalArgumentException("attributes for what has none");
    }
  }

  private Object recall(long index) {
    if (!memo.containsKey(index)) {
      throw new IllegalArgumentException("nothing was kept as number " + index);
    }
    return memo.get(index);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object peek() {
    if (stack.size() <= bottom()) {
      throw new IllegalArgumentException("its stack is empty");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = peek();
    stack.remove(stack.size() - 1);
    return top;
  }

  /** POP: the topmost value, or the mark that lies there. */
  private void drop() {
    if (!marks.isEmpty() && stack.size() == bottom()) {
      marks.remove(marks.size() - 1);
    } else {
      pop();
    }
  }

  /** Below the last open mark nothing can be taken. */
  private int bottom() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1);
  }

  private List<Object> popToMark() {
    if (marks.isEmpty()) {
      throw new IllegalArgumentException("there is no mark");
    }
    List<Object> values = popFrom(bottom());
    marks.remove(marks.size() - 1);
    return values;
  }

  private List<Object> popFrom(int from) {
    if (from < bottom()) {
      throw new IllegalArgumentException("its stack has too few values");
    }
    List<Object> top = stack.subList(from, stack.size());
    List<Object> values = Arrays.asList(top.toArray());
    top.clear();
    return values;
  }

  private static List<Object> tuple(List<Object> values) {
    return Collections.unmodifiableList(values);
  }

  private static List<?> sequence(Object value) {
    if (value instanceof List<?> list) {
      return list;
    }
    throw new IllegalArgumentException("no tuple where one is due");
  }

  private static String text(Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("no text where one is due");
  }
}
