"""Kinds that differ in codec, container and colour: all of them play."""

from __future__ import annotations

from pathlib import Path

from .corpus_plain import Kind, Plain, encoded, ffmpeg

X265 = "-c:v libx265 -preset ultrafast -x265-params log-level=none"
VP8 = "-c:v libvpx -cpu-used 8 -threads 1 -b:v 1M"
VP9 = "-c:v libvpx-vp9 -cpu-used 8 -threads 1 -b:v 1M -deadline realtime"
TEN_BITS = "10-bit colours are shown with 8 bits"
WIDE = "setparams=color_primaries=bt2020:colorspace=bt2020nc:color_trc"
HDR = "HDR colours are shown without tone mapping"
NO_STAMPS = "no usable time stamps"


def _kind(name: str, what: str, file: str, options: str, *warnings: str) -> Kind:
    return Kind(name=name, what=what, make=encoded(file, options), warnings=warnings)


def _animated(name: str, options: str) -> Kind:
    return Kind(name=name, what=f"animated {name}", make=encoded(f"clip.{name}", options), answers="same")


def _fragmented(plain: Plain, folder: Path) -> Path:
    flags = ("-movflags", "frag_keyframe+empty_moov+default_base_moof")
    ffmpeg("-i", plain.a, "-c:v", "libx264", "-g", "10", *flags, folder / "fragments.mp4")
    return folder / "fragments.mp4"


CODECS = (
    _kind("h264-b-frames", "H.264 with B-frames, open groups", "b.mp4", "-c:v libx264 -bf 3 -g 24 -x264-params open-gop=1"),
    _kind("h264-444", "H.264 4:4:4", "444.mp4", "-c:v libx264 -pix_fmt yuv444p"),
    _kind("h264-rgb", "H.264 in RGB, lossless", "rgb.mkv", "-c:v libx264rgb -qp 0 -preset ultrafast"),
    _kind("h264-10bit", "H.264 with 10 bits", "ten.mp4", "-c:v libx264 -pix_fmt yuv420p10le", TEN_BITS),
    _kind("h264-grey", "H.264 without colour", "grey.mp4", "-vf format=gray -c:v libx264 -pix_fmt gray"),
    _kind("full-range", "full-range colours", "full.mp4", "-vf scale=out_range=full -c:v libx264 -color_range pc"),
    _kind("interlaced", "interlaced", "fields.mp4", "-c:v libx264 -flags +ilme+ildct -x264-params tff=1"),
    _kind("hevc", "HEVC in mp4", "hevc.mp4", f"{X265} -tag:v hvc1"),
    _kind("hevc-10bit", "HEVC with 10 bits in mov", "ten.mov", f"{X265} -tag:v hvc1 -pix_fmt yuv420p10le", TEN_BITS),
    _kind("hdr10", "HEVC, HDR tags PQ", "pq.mp4", f"-vf {WIDE}=smpte2084 -pix_fmt yuv420p10le {X265}", HDR),
    _kind("hlg", "HEVC, HDR tags HLG", "hlg.mov", f"-vf {WIDE}=arib-std-b67 -pix_fmt yuv420p10le {X265}", HDR),
    _kind("vp8", "VP8 in webm", "vp8.webm", f"{VP8} -deadline realtime"),
    _kind("vp8-hidden", "VP8 with hidden frames", "arf.webm", f"{VP8} -auto-alt-ref 1 -lag-in-frames 16"),
    _kind("vp9", "VP9 in webm", "vp9.webm", VP9),
    _kind("vp9-alpha", "VP9 with transparency", "alpha.webm", f"-vf format=yuva420p {VP9} -pix_fmt yuva420p"),
    _kind("av1-mp4", "AV1 in mp4", "av1.mp4", "-c:v libsvtav1 -preset 12 -crf 30"),
    _kind("av1-webm", "AV1 in webm", "av1.webm", "-c:v libsvtav1 -preset 12 -crf 30"),
    _kind("mpeg2-ts", "MPEG-2 in a transport stream", "two.ts", "-c:v mpeg2video -q 3"),
    _kind("mpeg2-ps", "MPEG-2 in a program stream", "two.mpg", "-c:v mpeg2video -q 3"),
    _kind("mpeg4-avi", "MPEG-4 part 2 in avi", "four.avi", "-c:v mpeg4 -q 3"),
    _kind("packed-b", "MPEG-4 with B-frames in avi", "packed.avi", "-c:v mpeg4 -q 3 -bf 2"),
    _kind("mjpeg", "MJPEG in avi", "jpeg.avi", "-c:v mjpeg -q 3 -pix_fmt yuvj420p"),
    _kind("prores", "ProRes 4:2:2 in mov", "prores.mov", "-c:v prores -pix_fmt yuv422p10le", TEN_BITS),
    _kind("ffv1", "FFV1 in mkv", "ffv1.mkv", "-c:v ffv1"),
    _kind("raw-avi", "uncompressed in avi", "raw.avi", "-c:v rawvideo -pix_fmt bgr24"),
    _kind("y4m", "uncompressed y4m", "raw.y4m", "-pix_fmt yuv420p"),
    _kind("wmv", "WMV2 in asf", "clip.wmv", "-c:v wmv2 -q 3"),
    _kind("flv", "Sorenson in flv", "clip.flv", "-c:v flv -q 3"),
    _kind("theora", "Theora in ogv", "clip.ogv", "-c:v libtheora -q 8"),
    _kind("h263", "H.263 in 3gp, 352 x 288", "clip.3gp", "-vf pad=392:320:76:0,scale=352:288,setsar=1 -c:v h263 -q 3"),
    _kind("raw-h264", "bare H.264 stream", "bare.h264", "-c:v libx264 -bf 2", NO_STAMPS),
    _kind("raw-hevc", "bare HEVC stream", "bare.hevc", X265, NO_STAMPS),
    _kind("h264-ts", "H.264 in a transport stream", "clip.ts", "-c copy"),
    _kind("h264-mkv", "H.264 in mkv", "clip.mkv", "-c copy"),
    Kind(name="fragments", what="fragmented mp4", make=_fragmented),
    Kind(name="gif", what="GIF at 12.5 frames per second", make=encoded("clip.gif", "-vf fps=12.5"), answers="same"),
    _animated("webp", "-c:v libwebp_anim -q:v 90"),
    _animated("png", "-f apng -plays 0 -vf fps=12"),
)
