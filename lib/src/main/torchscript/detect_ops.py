#!/usr/bin/env python3
"""Writes detect_ops.pt: what detection computes on the device, as methods of one scripted module.

    python detect_ops.py        (needs PyTorch 2.7.1, only to rebuild)

`convnets.torch.DetectOps` and `RoiOps` call the methods by name. As in torch_ops.py, only operators that
PyTorch has on every platform are named; torchvision's own are not among them.

Boxes are float32, in corner form where nothing else is said: left, top, right and bottom edge. The truth of a batch is
(N, K, 5): class, then the edges; rows of class -1 are padding. Of N images' A anchors, matches and classes are (N, A),
int64: -1 is background, -2 counts for nothing. Nothing here asks the device for a number, where it is not said.

Two numbers stand here again and again, as scripts know no constants: 1.2e-38, a normal number that is almost the smallest,
is divided by in place of an area of 0; 1e-7 is what torchvision adds to areas and diagonals.
"""

from typing import List, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

import archive
import common
from common import ints

# Overlap: 0 is IoU, 1 GIoU, 2 DIoU, 3 CIoU, as the places in convnets.detect.Overlap.


def edges(boxes: Tensor) -> List[Tensor]:
    """(…, 4) -> four of (…), each in memory of its own, which broadcasts twice as fast"""
    return [boxes.select(-1, i).contiguous() for i in range(4)]


def common_span(a1: Tensor, a2: Tensor, b1: Tensor, b2: Tensor, recorded: bool) -> Tensor:
    """How far two intervals overlap, 0 where they do not"""
    first, last = torch.maximum(a1, b1), torch.minimum(a2, b2)
    return (last - first).clamp(min=0.0) if recorded else last.sub_(first).clamp_(min=0.0)


def hull_span(a1: Tensor, a2: Tensor, b1: Tensor, b2: Tensor) -> Tensor:
    """How long the smallest interval is that holds two"""
    return torch.maximum(a2, b2) - torch.minimum(a1, b1)


def distance_share(a: List[Tensor], b: List[Tensor]) -> Tensor:
    """The squared distance of the centres over the squared diagonal of the hull"""
    across, down = hull_span(a[0], a[2], b[0], b[2]), hull_span(a[1], a[3], b[1], b[3])
    x = (a[0] + a[2]) / 2 - (b[0] + b[2]) / 2
    y = (a[1] + a[3]) / 2 - (b[1] + b[3]) / 2
    return (x ** 2 + y ** 2) / (across ** 2 + down ** 2 + 1e-7)


def shape_penalty(a: List[Tensor], b: List[Tensor], iou: Tensor) -> Tensor:
    """alpha v of CIoU: how far the ratios of width to height differ; alpha counts as a constant"""
    of_a = torch.atan((a[2] - a[0]) / (a[3] - a[1]).clamp(min=1e-7))
    of_b = torch.atan((b[2] - b[0]) / (b[3] - b[1]).clamp(min=1e-7))
    v = (4 / (3.141592653589793 ** 2)) * (of_a - of_b) ** 2
    return v * (v / (1 - iou + v + 1e-7)).detach()


def intersection_over_union(a: List[Tensor], b: List[Tensor], recorded: bool) -> Tuple[Tensor, Tensor]:
    """IoU, and the union; 0 for two boxes without an area"""
    inter = common_span(a[0], a[2], b[0], b[2], recorded)
    down = common_span(a[1], a[3], b[1], b[3], recorded)
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    if recorded:
        inter = inter * down
        union = (areas - inter).clamp(min=1.2e-38)
        return inter / union, union
    inter.mul_(down)
    union = areas.sub_(inter).clamp_(min=1.2e-38)
    return inter.div_(union), union


def overlap_of(a: List[Tensor], b: List[Tensor], kind: int, recorded: bool) -> Tensor:
    iou, union = intersection_over_union(a, b, recorded)
    if kind == 0:
        return iou
    if kind == 1:
        across, down = hull_span(a[0], a[2], b[0], b[2]), hull_span(a[1], a[3], b[1], b[3])
        hull = (across * down).clamp(min=1.2e-38)
        return iou - (hull - union) / hull
    diou = iou - distance_share(a, b)
    return diou if kind == 2 else diou - shape_penalty(a, b, iou)


def is_recorded(a: Tensor, b: Tensor) -> bool:
    return a.requires_grad or b.requires_grad


def overlap_matrix(a: Tensor, b: Tensor, kind: int) -> Tensor:
    """(…, A, 4), (…, K, 4) -> (…, A, K)"""
    rows = [edge.unsqueeze(-1) for edge in edges(a)]
    columns = [edge.unsqueeze(-2) for edge in edges(b)]
    return overlap_of(rows, columns, kind, is_recorded(a, b))


# Matches.


def rows_of(table: Tensor, matches: Tensor) -> Tensor:
    """(N, K, D), (N, A) -> (N, A, D): the row of each match, row 0 where there is none"""
    index = matches.clamp(min=0).unsqueeze(2)
    return table.gather(1, index.expand(index.size(0), index.size(1), table.size(2)))


def ranks(keys: Tensor) -> Tensor:
    """The place of each number of a row among the row's, 0 for the largest; of equal ones, the first is before"""
    return torch.argsort(torch.argsort(keys, dim=1, descending=True, stable=True), dim=1, stable=True)


def balanced(classes: Tensor, count: int, share: float) -> Tensor:
    """Which are drawn: count of each row, up to a share of them objects, the others background, as far as there are"""
    lots = torch.rand(classes.shape, device=classes.device)
    objects, background = classes >= 0, classes == -1
    most = int(count * share)
    drawn = objects & (ranks(lots.masked_fill(~objects, -1.0)) < most)
    left = count - drawn.sum(1, keepdim=True)
    return drawn | (background & (ranks(lots.masked_fill(~background, -1.0)) < left))


# Suppression of boxes by better ones.


def suppressors(boxes: Tensor, scores: Tensor, groups: Tensor) -> Tuple[Tensor, Tensor]:
    """(…, K, 4), (…, K), (…, K) -> the order of falling scores, (…, K), and in this order the IoU of each box (row) with
    each worse one (column) of its group, 0 elsewhere, (…, K, K)"""
    order = torch.argsort(scores, dim=-1, descending=True, stable=True)
    index = order.unsqueeze(-1)
    ordered = boxes.gather(-2, index.expand(boxes.shape))
    group = groups.gather(-1, order)
    same = group.unsqueeze(-1) == group.unsqueeze(-2)
    return order, (overlap_matrix(ordered, ordered, 0) * same).triu(1)


# Centre maps.


def gaussian_radius(height: Tensor, width: Tensor, least: float) -> Tensor:
    """CenterNet's: the smallest of three roots, as its authors wrote them"""
    b1 = height + width
    r1 = (b1 + torch.sqrt(b1 ** 2 - 4 * width * height * (1 - least) / (1 + least))) / 2
    b2 = 2 * (height + width)
    r2 = (b2 + torch.sqrt(b2 ** 2 - 16 * (1 - least) * width * height)) / 2
    b3 = -2 * least * (height + width)
    r3 = (b3 + torch.sqrt(b3 ** 2 - 16 * least * (least - 1) * width * height)) / 2
    return torch.minimum(torch.minimum(r1, r2), r3)


# Regions of interest.


def axis_samples(first: Tensor, span: Tensor, size: Tensor, bins: int, samples: int) -> Tuple[Tensor, Tensor]:
    """Along one axis, the two pixels that each sample lies between, and how much of each it takes, over the number of
    samples in a bin. (M) each -> (M, bins, 2 · samples); samples: in a bin, or 0 for as many as a bin has pixels, of
    which the host must know the most"""
    bin = span / bins
    if samples > 0:
        most, count = samples, torch.full_like(bin, samples)
    else:
        count = bin.ceil().clamp(min=0.0)
        most = max(int(count.max()), 1)  # asks the device
    sample = torch.arange(most, device=bin.device, dtype=bin.dtype).view(1, 1, most)
    start = first.unsqueeze(1) + torch.arange(bins, device=bin.device, dtype=bin.dtype) * bin.unsqueeze(1)
    each = count.clamp(min=1.0).view(-1, 1, 1)
    at = start.unsqueeze(2) + (sample + 0.5) * bin.view(-1, 1, 1) / each
    end = size.view(-1, 1, 1)
    counts = (at >= -1.0) & (at <= end) & (sample < count.view(-1, 1, 1))
    at = torch.minimum(at.clamp(min=0.0), end - 1)
    low = at.floor()
    high = torch.minimum(low + 1, end - 1)
    share = (at - low) / each
    whole = counts / each
    pixels = torch.stack([low, high], 3).long().flatten(2)
    return pixels, torch.stack([whole - share * counts, share * counts], 3).flatten(2)


class DetectOps(torch.nn.Module):
    # Forms.

    @torch.jit.export
    def centers_to_corners(self, x: Tensor) -> Tensor:
        half = x[..., 2:4] * 0.5
        return torch.cat([x[..., 0:2] - half, x[..., 0:2] + half], -1)

    @torch.jit.export
    def corners_to_centers(self, x: Tensor) -> Tensor:
        return torch.cat([(x[..., 0:2] + x[..., 2:4]) / 2, x[..., 2:4] - x[..., 0:2]], -1)

    @torch.jit.export
    def extents_to_corners(self, x: Tensor) -> Tensor:
        return torch.cat([x[..., 0:2], x[..., 0:2] + x[..., 2:4]], -1)

    @torch.jit.export
    def corners_to_extents(self, x: Tensor) -> Tensor:
        return torch.cat([x[..., 0:2], x[..., 2:4] - x[..., 0:2]], -1)

    @torch.jit.export
    def stretch_boxes(self, x: Tensor, p: Tensor) -> Tensor:
        """Of any form. p: factors across and down"""
        across, down = float(p[0]), float(p[1])
        a, b, c, d = x.unbind(-1)
        return torch.stack([a * across, b * down, c * across, d * down], -1)

    @torch.jit.export
    def shrink_boxes(self, x: Tensor, p: Tensor) -> Tensor:
        """Of any form. p: divisors across and down, so that 1 comes out as 1"""
        across, down = float(p[0]), float(p[1])
        a, b, c, d = x.unbind(-1)
        return torch.stack([a / across, b / down, c / across, d / down], -1)

    @torch.jit.export
    def box_areas(self, x: Tensor) -> Tensor:
        return (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1])

    @torch.jit.export
    def clip_boxes(self, x: Tensor, p: Tensor) -> Tensor:
        """p: height and width"""
        h, w = float(p[0]), float(p[1])
        a, b, c, d = x.unbind(-1)
        return torch.stack([a.clamp(0.0, w), b.clamp(0.0, h), c.clamp(0.0, w), d.clamp(0.0, h)], -1)

    @torch.jit.export
    def boxes_at_least(self, x: Tensor, side: Tensor) -> Tensor:
        return (x[..., 2:4] - x[..., 0:2] >= float(side)).all(-1)

    # Overlap.

    @torch.jit.export
    def box_overlaps(self, a: Tensor, b: Tensor, kind: Tensor) -> Tensor:
        """(…, A, 4), (…, K, 4) -> (…, A, K)"""
        return overlap_matrix(a, b, int(kind))

    @torch.jit.export
    def box_overlaps_of_pairs(self, a: Tensor, b: Tensor, kind: Tensor) -> Tensor:
        """(…, 4), (…, 4) -> (…)"""
        return overlap_of(edges(a), edges(b), int(kind), is_recorded(a, b))

    @torch.jit.export
    def overlap_losses(self, a: Tensor, b: Tensor, kind: Tensor) -> Tensor:
        """1 - overlap of pairs, with torchvision's epsilon: it has gradients for boxes without an area too"""
        k = int(kind)
        p, q = edges(a), edges(b)
        left, top = torch.maximum(p[0], q[0]), torch.maximum(p[1], q[1])
        right, bottom = torch.minimum(p[2], q[2]), torch.minimum(p[3], q[3])
        inter = ((right - left) * (bottom - top)).masked_fill(~((bottom > top) & (right > left)), 0.0)
        union = (p[2] - p[0]) * (p[3] - p[1]) + (q[2] - q[0]) * (q[3] - q[1]) - inter
        iou = inter / (union + 1e-7)
        if k == 0:
            return 1 - iou
        if k == 1:
            hull = hull_span(p[0], p[2], q[0], q[2]) * hull_span(p[1], p[3], q[1], q[3])
            return 1 - (iou - (hull - union) / (hull + 1e-7))
        diou = 1 - iou + distance_share(p, q)
        return diou if k == 2 else diou + shape_penalty(q, p, iou)

    # Anchors.

    @torch.jit.export
    def place_anchors(self, like: Tensor, sides: Tensor, p: Tensor, steps: Tensor) -> Tensor:
        """(H · W · S, 4) on the device of like. sides: width and height of each of S shapes; p: H, W; steps: place of the
        first centre and distance of the next, down and then across"""
        h, w = ints(p)
        y0, dy, x0, dx = float(steps[0]), float(steps[1]), float(steps[2]), float(steps[3])
        half = (sides.view(-1, 2) / 2).to(like.device, non_blocking=True).float()
        ys = (torch.arange(h, device=like.device, dtype=torch.double) * dy + y0).float()
        xs = (torch.arange(w, device=like.device, dtype=torch.double) * dx + x0).float()
        centers = torch.stack([xs.unsqueeze(0).expand(h, w), ys.unsqueeze(1).expand(h, w)], 2).view(h * w, 1, 2)
        return torch.cat([centers - half, centers + half], 2).view(-1, 4)

    @torch.jit.export
    def match_boxes(self, anchors: Tensor, truth: Tensor, thresholds: Tensor, p: Tensor) -> List[Tensor]:
        """The row of truth of each anchor, (N, A), or -1, or -2, and its IoU. anchors: (A, 4) or (N, A, 4); thresholds:
        from where an anchor matches, below which it is background; p: 0 no more, 1 the best anchor of each box gets that
        box, 2 the best anchors of each box get their own best box"""
        n, k = truth.size(0), truth.size(1)
        a = anchors.size(-2)
        high, low, forced = float(thresholds[0]), float(thresholds[1]), int(p)
        if k == 0 or a == 0:
            nothing = torch.full([n, a], -1, dtype=torch.long, device=anchors.device)
            return [nothing, torch.zeros([n, a], device=anchors.device)]
        there = truth[:, :, 0] >= 0  # (N, K)
        overlaps = overlap_matrix(anchors.detach(), truth[:, :, 1:5], 0).masked_fill(~there.unsqueeze(1), -1.0)
        best, row = overlaps.max(2)  # (N, A)
        found = row.masked_fill(best < high, -2).masked_fill(best < low, -1)
        if forced == 1:
            most, anchor = overlaps.max(1)  # (N, K)
            rows = torch.arange(k, device=truth.device).expand(n, k).masked_fill(most <= 0, -1)
            # Of several boxes with one best anchor, the last gets it, on every device.
            claimed = torch.full_like(found, -1).scatter_reduce(1, anchor, rows, "amax")
            found = torch.where(claimed >= 0, claimed, found)
        if forced == 2:
            most = overlaps.amax(1, keepdim=True)  # (N, 1, K)
            claimed = ((overlaps == most) & (most > 0)).any(2)
            found = torch.where(claimed, row, found)
        return [found, best.clamp(min=0.0)]

    @torch.jit.export
    def matched_classes(self, matches: Tensor, truth: Tensor) -> Tensor:
        if truth.size(1) == 0:
            return matches.clone()
        classes = rows_of(truth[:, :, 0:1], matches).squeeze(2).long()
        return torch.where(matches >= 0, classes, matches)

    @torch.jit.export
    def matched_boxes(self, matches: Tensor, truth: Tensor) -> Tensor:
        """(N, A, 4), 0 where there is no match"""
        if truth.size(1) == 0:
            return torch.zeros([matches.size(0), matches.size(1), 4], device=truth.device)
        return rows_of(truth[:, :, 1:5], matches).masked_fill((matches < 0).unsqueeze(2), 0.0)

    # Offsets. p: weights of x, y, width and height.

    @torch.jit.export
    def encode_boxes(self, boxes: Tensor, anchors: Tensor, p: Tensor) -> Tensor:
        wx, wy, ww, wh = float(p[0]), float(p[1]), float(p[2]), float(p[3])
        left, top, right, bottom = boxes.unbind(-1)
        first_x, first_y, last_x, last_y = anchors.unbind(-1)
        across, down = last_x - first_x, last_y - first_y
        # A box without a width has a finite offset still.
        width, height = (right - left).clamp(min=1e-7), (bottom - top).clamp(min=1e-7)
        dx = wx * (left + 0.5 * (right - left) - (first_x + 0.5 * across)) / across
        dy = wy * (top + 0.5 * (bottom - top) - (first_y + 0.5 * down)) / down
        return torch.stack([dx, dy, ww * torch.log(width / across), wh * torch.log(height / down)], -1)

    @torch.jit.export
    def decode_boxes(self, offsets: Tensor, anchors: Tensor, p: Tensor) -> Tensor:
        """p: the weights, then the largest logarithm of a ratio of sides"""
        wx, wy, ww, wh, most = float(p[0]), float(p[1]), float(p[2]), float(p[3]), float(p[4])
        dx, dy, dw, dh = offsets.unbind(-1)
        left, top, right, bottom = anchors.unbind(-1)
        across, down = right - left, bottom - top
        x = dx / wx * across + (left + 0.5 * across)
        y = dy / wy * down + (top + 0.5 * down)
        half_width = 0.5 * (torch.exp((dw / ww).clamp(max=most)) * across)
        half_height = 0.5 * (torch.exp((dh / wh).clamp(max=most)) * down)
        return torch.stack([x - half_width, y - half_height, x + half_width, y + half_height], -1)

    # Who counts in a loss.

    @torch.jit.export
    def hard_negatives(self, losses: Tensor, classes: Tensor, ratio: Tensor) -> Tensor:
        """(N, A), (N, A) -> which backgrounds of each image, up to so many for each object, have the highest losses"""
        background = classes == -1
        most = (classes >= 0).sum(1, keepdim=True) * float(ratio)
        hardest = ranks(losses.detach().masked_fill(~background, float("-inf")))
        return background & (hardest < most)

    @torch.jit.export
    def balanced_sample(self, classes: Tensor, p: Tensor, share: Tensor) -> Tensor:
        return balanced(classes, ints(p)[0], float(share))

    @torch.jit.export
    def balanced_rows(self, classes: Tensor, p: Tensor, share: Tensor) -> List[Tensor]:
        """The places of what is drawn, (N, count), and their classes; -2 where there was too little to draw"""
        count = ints(p)[0]
        drawn = balanced(classes, count, float(share))
        if classes.size(1) < count:
            more = [0, count - classes.size(1)]
            classes, drawn = F.pad(classes, more, value=-2.0), F.pad(drawn, more, value=0.0)
        row = torch.argsort(drawn.byte(), dim=1, descending=True, stable=True)[:, 0:count]
        taken = drawn.gather(1, row)
        return [row.masked_fill(~taken, 0), classes.gather(1, row).masked_fill(~taken, -2)]

    @torch.jit.export
    def gather_boxes(self, table: Tensor, rows: Tensor) -> Tensor:
        """(N, A, D), (N, R) -> (N, R, D)"""
        return rows_of(table, rows)

    @torch.jit.export
    def counted_sum(self, losses: Tensor, mask: Tensor, count: Tensor) -> Tensor:
        """Of the losses that count, over the number of something, at least 1; others may be infinite"""
        return losses.masked_fill(~mask, 0.0).sum() / count.sum().clamp(min=1)

    # Losses.

    @torch.jit.export
    def sigmoid_focal(self, logits: Tensor, classes: Tensor, p: Tensor) -> Tensor:
        """(…, C), (…) -> (…). p: alpha, or below 0 for none, and gamma"""
        alpha, gamma = float(p[0]), float(p[1])
        y = (classes.unsqueeze(-1) == torch.arange(logits.size(-1), device=logits.device)).to(logits.dtype)
        share = torch.sigmoid(logits)
        wrong = share + y - 2 * share * y  # 1 - p_t
        loss = F.binary_cross_entropy_with_logits(logits, y, reduction="none") * wrong.clamp(min=1e-12) ** gamma
        if alpha >= 0:
            loss = (alpha * y + (1 - alpha) * (1 - y)) * loss
        return loss.sum(-1).masked_fill(classes == -2, 0.0)

    @torch.jit.export
    def softmax_focal(self, logits: Tensor, classes: Tensor, p: Tensor) -> Tensor:
        """(…, 1 + C), (…) -> (…); the first output is the background's. p: as above"""
        alpha, gamma = float(p[0]), float(p[1])
        y = (classes + 1).clamp(min=0)
        log = torch.log_softmax(logits, -1).gather(-1, y.unsqueeze(-1)).squeeze(-1)
        loss = -log
        if gamma > 0:
            loss = loss * (-torch.expm1(log)).clamp(min=1e-12) ** gamma
        if alpha >= 0:
            loss = torch.where(classes >= 0, alpha * loss, (1 - alpha) * loss)
        return loss.masked_fill(classes == -2, 0.0)

    @torch.jit.export
    def smooth_l1(self, x: Tensor, y: Tensor, beta: Tensor) -> Tensor:
        """(…, D), (…, D) -> (…), the sum over the last axis"""
        return F.smooth_l1_loss(x, y, reduction="none", beta=float(beta)).sum(-1)

    @torch.jit.export
    def center_focal(self, logits: Tensor, heat: Tensor, p: Tensor) -> Tensor:
        """Of any shape. p: powers of the error, and of the distance from a centre"""
        alpha, beta = float(p[0]), float(p[1])
        share = torch.sigmoid(logits)
        at = -F.logsigmoid(logits) * (1 - share).clamp(min=1e-12) ** alpha
        beside = -F.logsigmoid(-logits) * share.clamp(min=1e-12) ** alpha * (1 - heat) ** beta
        return torch.where(heat == 1, at, beside)

    # Suppression.

    @torch.jit.export
    def nms_mask(self, boxes: Tensor, scores: Tensor, groups: Tensor, threshold: Tensor) -> Tensor:
        """What greedy suppression keeps, (…, K). A box is out if a better one over the threshold is in: this is asked of
        all at once, and again, until nothing changes"""
        order, overlaps = suppressors(boxes, scores, groups)
        over = overlaps > float(threshold)
        kept = torch.ones_like(order, dtype=torch.bool)
        for i in range(64):  # a chain of boxes, each suppressed by the one before, is settled exactly up to this length
            settled = ~(over & kept.unsqueeze(-1)).any(-2)
            if not kept.is_cuda and bool((settled == kept).all()):
                break
            kept = settled
        return torch.zeros_like(kept).scatter(-1, order, kept)

    @torch.jit.export
    def matrix_nms(self, boxes: Tensor, scores: Tensor, groups: Tensor, sigma: Tensor) -> Tensor:
        """Scores after all better boxes at once, in the order of the boxes. sigma: of the Gaussian, or 0 for linear"""
        s = float(sigma)
        if boxes.size(-2) == 0:
            return scores.clone()
        order, overlaps = suppressors(boxes, scores, groups)
        suppressed = overlaps.amax(-2).unsqueeze(-1)  # how much each suppressor is suppressed itself
        if s > 0:
            decay = torch.exp((suppressed ** 2 - overlaps ** 2) / s)
        else:
            decay = (1 - overlaps) / (1 - suppressed).clamp(min=1.2e-38)
        # Only better ones suppress: of the others, and of itself, the factor is 1 at least.
        return scores.scatter(-1, order, scores.gather(-1, order) * decay.amin(-2).clamp(max=1.0))

    # Centre maps.

    @torch.jit.export
    def gaussian_radii(self, sides: Tensor, least: Tensor) -> Tensor:
        """(…, 2), heights and widths -> (…)"""
        return gaussian_radius(sides[..., 0], sides[..., 1], float(least))

    @torch.jit.export
    def center_targets(self, truth: Tensor, p: Tensor, q: Tensor) -> List[Tensor]:
        """Heat (N, C, H, W); of each row of truth its pixel (N, K), or -1; its offset and size in pixels of the map,
        (N, K, 2) each, x before y. p: C, H, W; q: pixels of the map for one of the image, down and across, and least
        IoU"""
        c, h, w = ints(p)
        down, across, least = float(q[0]), float(q[1]), float(q[2])
        n, k = truth.size(0), truth.size(1)
        left, right = truth[:, :, 1] * across, truth[:, :, 3] * across
        top, bottom = truth[:, :, 2] * down, truth[:, :, 4] * down
        x, y, width, height = (left + right) / 2, (top + bottom) / 2, right - left, bottom - top
        there = (truth[:, :, 0] >= 0) & (width > 0) & (height > 0)
        column, row = x.floor().clamp(0, w - 1), y.floor().clamp(0, h - 1)
        pixel = (row * w + column).long().masked_fill(~there, -1)
        radius = gaussian_radius(height.ceil(), width.ceil(), least).floor().clamp(min=0.0)
        spread = 2 * ((2 * radius + 1) / 6) ** 2
        to_x = torch.arange(w, device=truth.device) - column.unsqueeze(2)  # (N, K, W)
        to_y = torch.arange(h, device=truth.device) - row.unsqueeze(2)
        bell_x = torch.exp(-to_x ** 2 / spread.unsqueeze(2)) * (to_x.abs() <= radius.unsqueeze(2))
        bell_y = torch.exp(-to_y ** 2 / spread.unsqueeze(2)) * (to_y.abs() <= radius.unsqueeze(2))
        bells = bell_y.unsqueeze(3) * bell_x.unsqueeze(2) * there.view(n, k, 1, 1)  # (N, K, H, W)
        heat = torch.zeros([n, c, h, w], device=truth.device)
        if k > 0:
            plane = truth[:, :, 0].long().clamp(0, c - 1).view(n, k, 1, 1).expand(n, k, h, w)
            heat = heat.scatter_reduce(1, plane, bells, "amax")
        offset = torch.stack([x - column, y - row], 2)
        size = torch.stack([width, height], 2)
        gone = ~there.unsqueeze(2)
        return [heat, pixel, offset.masked_fill(gone, 0.0), size.masked_fill(gone, 0.0)]

    @torch.jit.export
    def at_pixels(self, maps: Tensor, pixels: Tensor) -> Tensor:
        """(N, C, H, W), (N, K) -> (N, K, C); pixel 0 where there is none"""
        return rows_of(maps.flatten(2).transpose(1, 2), pixels)

    @torch.jit.export
    def center_peaks(self, heat: Tensor, p: Tensor) -> List[Tensor]:
        """(N, C, H, W) -> (N, k) each: score, class and pixel of the highest of the pixels that no neighbour exceeds. p: k,
        and the side of the neighbourhood"""
        k, side = ints(p)
        n, c, h, w = heat.shape
        peaks = heat * (F.max_pool2d(heat, side, 1, side // 2) == heat)
        score, place = peaks.flatten(1).topk(min(k, c * h * w), 1)
        return [score, torch.div(place, h * w, rounding_mode="floor"), place % (h * w)]

    @torch.jit.export
    def centered_boxes(self, pixels: Tensor, offsets: Tensor, sizes: Tensor, p: Tensor, q: Tensor) -> Tensor:
        """(N, k), (N, k, 2), (N, k, 2) -> (N, k, 4) in pixels of the image. p: W; q: pixels of the image for one of the
        map, down and across"""
        w = ints(p)[0]
        down, across = float(q[0]), float(q[1])
        column, row = pixels % w, torch.div(pixels, w, rounding_mode="floor")
        x, y = column + offsets[..., 0], row + offsets[..., 1]
        width, height = sizes[..., 0] / 2, sizes[..., 1] / 2
        return torch.stack([(x - width) * across, (y - height) * down, (x + width) * across, (y + height) * down], -1)

    # Regions of interest.

    @torch.jit.export
    def pyramid_levels(self, boxes: Tensor, p: Tensor, q: Tensor) -> Tensor:
        """(…, 4) -> (…), from 0. p: coarseness of the first map and of the last, as powers of 2, and of that for boxes of
        the canonical size; q: the size"""
        first, last, canonical = ints(p)
        side = torch.sqrt((boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1]))
        level = torch.floor(canonical + torch.log2(side / float(q)) + 1e-6)
        return level.clamp(first, last).long() - first

    @torch.jit.export
    def roi_align(self, rois: Tensor, levels: Tensor, maps: List[Tensor], p: Tensor, scales: Tensor) -> Tensor:
        """(N, R, 4), (N, R), maps (N, C, H, W) -> (N · R, C, height, width). p: height, width, samples, whether pixels'
        centres are meant; scales: of each map. Every bin is a sum of pixels times weights: a bag of embeddings"""
        height, width, samples, centered = ints(p)
        n, r = rois.size(0), rois.size(1)
        c = maps[0].size(1)
        if n * r == 0:
            return maps[0].flatten()[0:0].view(0, c, height, width)
        boxes, level = rois.detach().view(-1, 4), levels.view(-1)
        image = torch.arange(n, device=rois.device).unsqueeze(1).expand(n, r).reshape(-1)
        scale, rows, columns = torch.zeros_like(boxes[:, 0]), torch.ones_like(level), torch.ones_like(level)
        first, start = torch.zeros_like(level), 0
        tables: List[Tensor] = []
        for i, x in enumerate(maps):
            h, w = x.size(2), x.size(3)
            here = level == i
            scale = scale.masked_fill(here, float(scales[i]))
            rows, columns = rows.masked_fill(here, h), columns.masked_fill(here, w)
            first = torch.where(here, image * (h * w) + start, first)
            start += n * h * w
            tables.append(x.permute(0, 2, 3, 1).reshape(-1, c))
        table = tables[0] if len(tables) == 1 else torch.cat(tables)
        left, top, right, bottom = (boxes * scale.unsqueeze(1) - (0.5 if centered != 0 else 0.0)).unbind(1)
        across, down = right - left, bottom - top
        if centered == 0:
            across, down = across.clamp(min=1.0), down.clamp(min=1.0)
        y, of_y = axis_samples(top, down, rows, height, samples)
        x, of_x = axis_samples(left, across, columns, width, samples)
        y = y * columns.view(-1, 1, 1) + first.view(-1, 1, 1)
        pixel = y.view(n * r, height, 1, -1, 1) + x.view(n * r, 1, width, 1, x.size(2))
        weight = of_y.view(n * r, height, 1, -1, 1) * of_x.view(n * r, 1, width, 1, x.size(2))
        bins = n * r * height * width
        pooled = F.embedding_bag(pixel.reshape(bins, -1), table, mode="sum", per_sample_weights=weight.reshape(bins, -1))
        return pooled.view(n * r, height, width, c).permute(0, 3, 1, 2).contiguous()

    @torch.jit.export
    def roi_pool(self, rois: Tensor, x: Tensor, p: Tensor, scale: Tensor) -> Tensor:
        """(N, R, 4), (N, C, H, W) -> (N · R, C, height, width). The host reads the boxes, and pools one after another"""
        height, width = ints(p)
        n, r = rois.size(0), rois.size(1)
        c, h, w = x.size(1), x.size(2), x.size(3)
        if n * r == 0:
            return x.flatten()[0:0].view(0, c, height, width)
        scaled = rois.detach() * float(scale)
        # Halves go away from zero, as C++ rounds.
        corners = (torch.sign(scaled) * torch.floor(scaled.abs() + 0.5)).long().view(-1, 4).cpu()
        pooled: List[Tensor] = []
        for i in range(n * r):
            left, top, right, bottom = ints(corners[i])
            right, bottom = max(right, left) + 1, max(bottom, top) + 1  # the last pixel is in
            rows, columns = [max(top, 0), min(bottom, h)], [max(left, 0), min(right, w)]
            if rows[0] >= rows[1] or columns[0] >= columns[1]:
                pooled.append(torch.zeros([c, height, width], dtype=x.dtype, device=x.device))
                continue
            part = x[i // r, :, rows[0]:rows[1], columns[0]:columns[1]]
            around = [columns[0] - left, right - columns[1], rows[0] - top, bottom - rows[1]]
            part = F.pad(part.unsqueeze(0), around, value=float("-inf"))
            pooled.append(F.adaptive_max_pool2d(part, [height, width]).squeeze(0))
        all = torch.stack(pooled)
        return all.masked_fill(all == float("-inf"), 0.0)


if __name__ == "__main__":
    archive.save(DetectOps(), "detect_ops", __file__, common.__file__)
