package convnets.weights;

import convnets.io.Checksum;
import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where weights come from, and the checksum by which they are known. There is none without: what a
 * server sends is compared before it is used.
 */
public final class Origin {

  private static final String TORCHVISION = "https://download.pytorch.org/models/";
  private static final String HUGGING_FACE = "https://huggingface.co/";

  /** As in resnet50-0676ba61.pth: the convention of torch.hub. */
  private static final Pattern DIGITS_IN_NAME = Pattern.compile("-([0-9a-f]{8,64})\\.[^./]+$");

  private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");

  /** What can stand in a path on every system. */
  private static final Pattern SEGMENT = Pattern.compile("[\\w@+=-][\\w.@+=-]*");

  private final URI address;
  private final Checksum checksum;

  private Origin(String address, String digits) {
    this.address = checkedAddress(address);
    this.checksum = new Checksum("SHA-256", digits);
  }

  /**
   * A file of torchvision.
   *
   * @param file its name, with the first digits of its SHA-256: {@code resnet50-0676ba61.pth}
   */
  public static Origin torchvision(String file) {
    return address(TORCHVISION + file);
  }

  /**
   * A file of a model on the Hugging Face hub, in its newest version.
   *
   * @param repository such as {@code timm/resnet50.a1_in1k}
   * @param file such as {@code model.safetensors}
   * @param sha256 64 digits, which the hub shows on the page of the file
   */
  public static Origin huggingFace(String repository, String file, String sha256) {
    return address(HUGGING_FACE + repository + "/resolve/main/" + file, sha256);
  }

  /**
   * A file anywhere, whose name holds the first digits of its SHA-256, at least eight.
   *
   * @param address such as {@code https://example.org/net-0123abcd.pth}
   */
  public static Origin address(String address) {
    Matcher digits = DIGITS_IN_NAME.matcher(address);
    if (!digits.find()) {
      throw new IllegalArgumentException(
          "address (%s) must end in the first digits of a checksum, as in net-0123abcd.pth; else give its SHA-256"
              .formatted(address));
    }
    return new Origin(address, digits.group(1));
  }

  /**
   * A file anywhere.
   *
   * @param address {@code http:} or {@code https:}
   * @param sha256 64 digits
   */
  public static Origin address(String address, String sha256) {
    String digits = sha256.toLowerCase(Locale.ROOT);
    if (!SHA_256.matcher(digits).matches()) {
      throw new IllegalArgumentException("sha256 (" + sha256 + ") must be 64 hexadecimal digits");
    }
    return new Origin(address, digits);
  }

  /** Addresses become paths: what could lead out of a folder is refused. */
  private static URI checkedAddress(String address) {
    URI uri = URI.create(Objects.requireNonNull(address, "address"));
    boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
    if (!web || uri.getHost() == null || uri.getPath().length() < 2) {
      throw new IllegalArgumentException("address (" + address + ") must start with https://");
    }
    for (String segment : uri.getPath().substring(1).split("/", -1)) {
      if (!SEGMENT.matcher(segment).matches()) {
        throw new IllegalArgumentException(
            "address (%s) must not have \"%s\" in its path".formatted(address, segment));
      }
    }
    return uri;
  }

  URI address() {
    return address;
  }

  Checksum checksum() {
    return checksum;
  }

  /** Where it lies in a cache or a mirror: {@code download.pytorch.org/models/FILE}. */
  String path() {
    return address.getHost() + address.getPath();
  }

  /** The address. */
  @Override
  public String toString() {
    return address.toString();
  }
}
