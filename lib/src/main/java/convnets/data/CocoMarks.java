package convnets.data;

import java.util.List;

/**
 * Masks from the regions of a picture's things. Nobody says which thing is in front: a pixel that
 * two of them claim is ignored where they make it different numbers, as in torchvision's
 * references.
 *
 * @param width of the picture
 * @param height of the picture
 * @param annotations of its things
 * @param regions of the same things; null for one without
 * @param names of the same things
 */
record CocoMarks(
    int width, int height, List<Annotation> annotations, List<Region> regions, List<String> names)
    implements Marks {

  @Override
  public String missing(Target kind) {
    int without = regions.indexOf(null);
    return without < 0 ? null : names.get(without) + " has no segmentation";
  }

  @Override
  public byte[] mask(Target kind) {
    byte[] mask = new byte[width * height];
    int number = 0;
    for (int i = 0; i < annotations.size(); i++) {
      if (!annotations.get(i).ignored()) {
        number++;
        int value = kind == Target.MASK ? annotations.get(i).label() + 1 : number;
        paint(mask, regions.get(i), (byte) value);
      }
    }
    for (int i = 0; i < annotations.size(); i++) {
      if (annotations.get(i).ignored()) {
        boolean[] crowd = regions.get(i).mask(height, width);
        for (int p = 0; p < mask.length; p++) {
          mask[p] = crowd[p] && mask[p] == 0 ? (byte) Target.IGNORED : mask[p];
        }
      }
    }
    return mask;
  }

  private void paint(byte[] mask, Region region, byte value) {
    boolean[] inside = region.mask(height, width);
    for (int p = 0; p < mask.length; p++) {
      if (inside[p]) {
        mask[p] = mask[p] == 0 || mask[p] == value ? value : (byte) Target.IGNORED;
      }
    }
  }
}
