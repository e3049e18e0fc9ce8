/** What the rule writer says of each fact that it knows, in three languages. */
import type { InterventionCode } from '../prediction/interventions.ts';
import type { RuleFactor } from '../prediction/rules.ts';
import type { SignalName } from '../prediction/signals.ts';
import type { Language } from './narrative.ts';

/** Why something is recommended. */
export const recommendationReasons = [
  'closes_gap',
  'prerequisites_met',
  'in_demand',
  'effective_for_similar',
  'on_learning_path',
  'estimated_weeks',
] as const;

/** How high a risk is. */
export const riskLevelFacts = [
  'risk_level_low',
  'risk_level_medium',
  'risk_level_high',
  'risk_level_critical',
] as const;

export type PhraseCode =
  | (typeof recommendationReasons)[number]
  | (typeof riskLevelFacts)[number]
  | SignalName
  | RuleFactor
  | InterventionCode;

/** A sentence with its number, and one for when the number is not known; null = then nothing is said. */
type Phrase = readonly [known: string, unknown: string | null];

const always = (sentence: string): Phrase => [sentence, sentence];

export const phrases: Record<Language, Record<PhraseCode, Phrase>> = {
  en: {
    closes_gap: ['It closes skill gaps: {value} of them.', 'It closes skill gaps.'],
    prerequisites_met: ['{value}% of what it builds on is there.', null],
    in_demand: ['Its skills are in demand (score {value}).', 'Its skills are in demand.'],
    effective_for_similar: [
      'It helped people on a similar way (score {value}).',
      'It helped people on a similar way.',
    ],
    on_learning_path: always('It is on the learning path.'),
    estimated_weeks: ['It takes about {value} weeks.', null],
    risk_level_low: ['The risk of dropping out is low ({value}%).', 'The risk of dropping out is low.'],
    risk_level_medium: [
      'The risk of dropping out is medium ({value}%).',
      'The risk of dropping out is medium.',
    ],
    risk_level_high: ['The risk of dropping out is high ({value}%).', 'The risk of dropping out is high.'],
    risk_level_critical: [
      'The risk of dropping out is very high ({value}%).',
      'The risk of dropping out is very high.',
    ],
    missed_work: ['{value}% of the work that was due is missing.', 'Work that was due is missing.'],
    lateness: ['Work comes in late: {value} days on average.', 'Work comes in late.'],
    score: ['Results are low ({value} of the points).', 'Results are low.'],
    progress: ['Progress is behind ({value}% done).', 'Progress is behind.'],
    activity: ['Activity is {value} times the usual.', 'Activity is below the usual.'],
    recent_activity: ['Lately activity is {value} times the usual.', 'Lately activity is below the usual.'],
    recency: ['The last activity was {value} days ago.', 'The last activity was long ago.'],
    run_attrition: ['{value}% have left this course lately.', 'Many have left this course lately.'],
    low_engagement: ['Engagement is low (score {value}).', 'Engagement is low.'],
    falling_pace: ['The pace has changed by {value}%.', 'The pace is falling.'],
    inactive_7_days: ['There was no activity for {value} days.', 'There was no activity for days.'],
    agree_on_missing_work: always('Agree on how the missing work is made up for.'),
    plan_hand_ins: always('Plan the next hand-ins together.'),
    offer_help_with_content: always('Offer help with the content.'),
    set_next_step: always('Agree on the next small step.'),
    get_in_touch: always('Get in touch.'),
  },
  he: {
    closes_gap: ['סוגר פערי מיומנות: {value} מהם.', 'סוגר פערי מיומנות.'],
    prerequisites_met: ['{value}% מדרישות הקדם כבר קיימות.', null],
    in_demand: ['המיומנויות שבו מבוקשות (ציון {value}).', 'המיומנויות שבו מבוקשות.'],
    effective_for_similar: ['עזר ללומדים בדרך דומה (ציון {value}).', 'עזר ללומדים בדרך דומה.'],
    on_learning_path: always('נמצא במסלול הלמידה.'),
    estimated_weeks: ['נמשך בערך {value} שבועות.', null],
    risk_level_low: ['הסיכון לנשירה נמוך ({value}%).', 'הסיכון לנשירה נמוך.'],
    risk_level_medium: ['הסיכון לנשירה בינוני ({value}%).', 'הסיכון לנשירה בינוני.'],
    risk_level_high: ['הסיכון לנשירה גבוה ({value}%).', 'הסיכון לנשירה גבוה.'],
    risk_level_critical: ['הסיכון לנשירה גבוה מאוד ({value}%).', 'הסיכון לנשירה גבוה מאוד.'],
    missed_work: ['{value}% מהמטלות שמועדן עבר חסרות.', 'חסרות מטלות שמועדן עבר.'],
    lateness: ['מטלות מוגשות באיחור: {value} ימים בממוצע.', 'מטלות מוגשות באיחור.'],
    score: ['הציונים נמוכים ({value} מהנקודות).', 'הציונים נמוכים.'],
    progress: ['ההתקדמות בפיגור ({value}% הושלמו).', 'ההתקדמות בפיגור.'],
    activity: ['הפעילות היא {value} מהרגיל.', 'הפעילות נמוכה מהרגיל.'],
    recent_activity: ['הפעילות לאחרונה היא {value} מהרגיל.', 'הפעילות לאחרונה נמוכה מהרגיל.'],
    recency: ['הפעילות האחרונה הייתה לפני {value} ימים.', 'הפעילות האחרונה הייתה מזמן.'],
    run_attrition: ['{value}% עזבו את הקורס לאחרונה.', 'רבים עזבו את הקורס לאחרונה.'],
    low_engagement: ['המעורבות נמוכה (ציון {value}).', 'המעורבות נמוכה.'],
    falling_pace: ['הקצב השתנה ב־{value}%.', 'הקצב יורד.'],
    inactive_7_days: ['לא הייתה פעילות במשך {value} ימים.', 'לא הייתה פעילות במשך ימים.'],
    agree_on_missing_work: always('כדאי לסכם כיצד משלימים את החסר.'),
    plan_hand_ins: always('כדאי לתכנן יחד את ההגשות הבאות.'),
    offer_help_with_content: always('כדאי להציע עזרה בתוכן.'),
    set_next_step: always('כדאי לסכם על הצעד הקטן הבא.'),
    get_in_touch: always('כדאי ליצור קשר.'),
  },
  ar: {
    closes_gap: ['يسد فجوات في المهارات: {value} منها.', 'يسد فجوات في المهارات.'],
    prerequisites_met: ['{value}% من المتطلبات السابقة متوفرة.', null],
    in_demand: ['مهاراته مطلوبة (الدرجة {value}).', 'مهاراته مطلوبة.'],
    effective_for_similar: ['ساعد متعلمين في مسار مشابه (الدرجة {value}).', 'ساعد متعلمين في مسار مشابه.'],
    on_learning_path: always('هو ضمن مسار التعلم.'),
    estimated_weeks: ['يستغرق نحو {value} من الأسابيع.', null],
    risk_level_low: ['خطر الانقطاع منخفض ({value}%).', 'خطر الانقطاع منخفض.'],
    risk_level_medium: ['خطر الانقطاع متوسط ({value}%).', 'خطر الانقطاع متوسط.'],
    risk_level_high: ['خطر الانقطاع مرتفع ({value}%).', 'خطر الانقطاع مرتفع.'],
    risk_level_critical: ['خطر الانقطاع مرتفع جدا ({value}%).', 'خطر الانقطاع مرتفع جدا.'],
    missed_work: ['{value}% من الأعمال المستحقة ناقصة.', 'هناك أعمال مستحقة ناقصة.'],
    lateness: ['تصل الأعمال متأخرة: {value} من الأيام في المتوسط.', 'تصل الأعمال متأخرة.'],
    score: ['النتائج منخفضة ({value} من النقاط).', 'النتائج منخفضة.'],
    progress: ['التقدم متأخر (أنجز {value}%).', 'التقدم متأخر.'],
    activity: ['النشاط يساوي {value} من المعتاد.', 'النشاط أقل من المعتاد.'],
    recent_activity: [
      'النشاط في الآونة الأخيرة يساوي {value} من المعتاد.',
      'النشاط في الآونة الأخيرة أقل من المعتاد.',
    ],
    recency: ['آخر نشاط كان قبل {value} من الأيام.', 'آخر نشاط كان منذ زمن.'],
    run_attrition: ['{value}% غادروا هذه الدورة مؤخرا.', 'غادر كثيرون هذه الدورة مؤخرا.'],
    low_engagement: ['التفاعل منخفض (الدرجة {value}).', 'التفاعل منخفض.'],
    falling_pace: ['تغير الإيقاع بنسبة {value}%.', 'الإيقاع يتراجع.'],
    inactive_7_days: ['لا نشاط منذ {value} من الأيام.', 'لا نشاط منذ أيام.'],
    agree_on_missing_work: always('يحسن الاتفاق على تعويض الأعمال الناقصة.'),
    plan_hand_ins: always('يحسن التخطيط معا للتسليمات القادمة.'),
    offer_help_with_content: always('يحسن عرض المساعدة في المحتوى.'),
    set_next_step: always('يحسن الاتفاق على الخطوة الصغيرة التالية.'),
    get_in_touch: always('يحسن التواصل.'),
  },
};
