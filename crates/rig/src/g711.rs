//! PCMU and PCMA (ITU-T G.711): one byte a sample at 8,000 Hz, so that the rig can make, mix and measure sound
//! without a codec library.

/// Samples in a 20 ms frame.
pub(crate) const FRAME: usize = 160;

/// Samples in a second.
pub(crate) const RATE: u32 = 8000;

/// What μ-law adds before it takes the logarithm, so that every magnitude has a bit 7 or higher.
const MU_BIAS: i32 = 0x84;

/// The loudest magnitude that μ-law has.
const MU_CLIP: i32 = 32_635;

/// A linear sample as μ-law.
pub(crate) fn encode_mu(sample: i16) -> u8 {
    let sign: u8 = if sample < 0 { 0x80 } else { 0 };
    let magnitude = i32::from(sample).abs().min(MU_CLIP) + MU_BIAS;
    let exponent = 24_u32.saturating_sub(magnitude.leading_zeros());
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

/// A μ-law byte as a linear sample.
pub(crate) fn decode_mu(byte: u8) -> i16 {
    let byte = !byte;
    let exponent = (byte >> 4) & 7;
    let mantissa = i32::from(byte & 0x0f);
    let magnitude = (((mantissa << 3) + MU_BIAS) << exponent) - MU_BIAS;
    (if byte & 0x80 == 0 { magnitude } else { -magnitude }) as i16
}

/// A linear sample as A-law.
pub(crate) fn encode_a(sample: i16) -> u8 {
    // Positive values carry the sign bit; negative ones are one's complement, so that −1 lies where 0 does.
    let (sign, magnitude) = if sample >= 0 { (0x80_u8, i32::from(sample)) } else { (0, i32::from(!sample)) };
    let exponent = 24_u32.saturating_sub(magnitude.leading_zeros());
    let mantissa = (magnitude >> (exponent.max(1) + 3)) & 0x0f;
    (sign | (exponent << 4) as u8 | mantissa as u8) ^ 0x55
}

/// An A-law byte as a linear sample.
pub(crate) fn decode_a(byte: u8) -> i16 {
    let byte = byte ^ 0x55;
    let exponent = (byte >> 4) & 7;
    let mantissa = i32::from(byte & 0x0f);
    let magnitude = if exponent == 0 { (mantissa << 4) + 8 } else { ((mantissa << 4) + 0x108) << (exponent - 1) };
    (if byte & 0x80 == 0 { -magnitude } else { magnitude }) as i16
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values of ITU-T G.711's tables: the byte of silence, of the loudest sample, of the first step.
    #[test]
    fn known_values() {
        assert_eq!((encode_mu(0), encode_mu(i16::MAX), encode_mu(i16::MIN)), (0xff, 0x80, 0x00));
        assert_eq!((decode_mu(0xff), decode_mu(0x80), decode_mu(0x00)), (0, 32_124, -32_124));
        assert_eq!((encode_a(0), encode_a(-1), encode_a(i16::MAX), encode_a(i16::MIN)), (0xd5, 0x55, 0xaa, 0x2a));
        assert_eq!((decode_a(0xd5), decode_a(0x55), decode_a(0xaa)), (8, -8, 32_256));
    }

    /// What was decoded encodes to the same byte (μ-law's negative zero is the one exception).
    #[test]
    fn every_byte_survives() {
        for byte in 0..=255 {
            assert_eq!(encode_a(decode_a(byte)), byte, "A-law {byte:#x}");
            if byte != 0x7f {
                assert_eq!(encode_mu(decode_mu(byte)), byte, "mu-law {byte:#x}");
            }
        }
    }

    /// The error never exceeds half a step of the sample's segment: an eighth of bit 7 above, 1/32 of the value.
    #[test]
    fn error_is_bounded() {
        for sample in (i16::MIN..=i16::MAX).step_by(7) {
            let clipped = i32::from(sample).clamp(-32_124, 32_124);
            for (name, decoded) in [("mu", decode_mu(encode_mu(sample))), ("a", decode_a(encode_a(sample)))] {
                let error = (i32::from(decoded) - clipped).abs();
                assert!(error <= clipped.abs() / 32 + 8, "{name}: {sample} became {decoded}");
            }
        }
    }
}
